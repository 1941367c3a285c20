"""Classical matting: an uncertain band along a mask, and the alpha inside it."""
