"""How large a frame may be."""

from koutu.clips.media.faults import MediaError, MediaFault

MAX_SIDE = 8192
MAX_PIXELS = 8192 * 4320


def check_size(width: int, height: int) -> None:
    """Raise `MediaError` TOO_LARGE for more pixels than we take. To be asked before a decoder gets memory for them."""
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise MediaError(MediaFault.TOO_LARGE, f"{width}×{height} is more than {MAX_SIDE} a side or 8192×4320 in all")
