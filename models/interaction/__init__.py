"""What a person says about a picture, and the better mask and matte that answer it, changed only where it can reach."""
