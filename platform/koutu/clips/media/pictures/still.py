"""One picture by one of FFmpeg's decoders, without a container around it."""

from typing import cast

import av
from av import VideoFrame
from av.video.codeccontext import VideoCodecContext

from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.sizes import MAX_PIXELS


def decode_still(data: bytes, codec: str) -> VideoFrame:
    """Decode a picture file with the named decoder. Its size must have been checked. Raises `MediaError` CORRUPT."""
    context = cast(VideoCodecContext, av.CodecContext.create(codec, "r"))
    # What is missing is a fault, not a black stripe. The size is checked again in the decoder's own reading of it.
    context.options = {"err_detect": "explode", "max_pixels": str(MAX_PIXELS)}
    context.thread_count = 1
    try:
        frames = context.decode(av.Packet(data)) or context.decode(None)
    except (av.FFmpegError, MemoryError) as error:
        raise MediaError(MediaFault.CORRUPT, f"the picture cannot be read: {error}") from error
    if not frames or frames[0].is_corrupt:
        raise MediaError(MediaFault.CORRUPT, "the picture is broken or cut short")
    return frames[0]
