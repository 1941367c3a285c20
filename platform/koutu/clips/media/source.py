"""All that ingest takes from a source, in one pass and one stream."""

from collections.abc import Iterator
from pathlib import Path

from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.pipeline import FrameRecord, decode_clip
from koutu.clips.media.probing import Probe, probe
from koutu.clips.media.reading import Reading


def read_source(path: Path, reading: Reading, most_frames: int) -> Iterator[Probe | FrameRecord]:
    """Yield what the source is by ``reading``, then a record for every frame in order.

    Raises `MediaError` as `probe` and `decode_clip` do, and TOO_MANY_FRAMES past ``most_frames``: a small file may
    claim any number of frames.
    """
    about = probe(path, reading)
    yield about
    for record in decode_clip(path, about, reading):
        if record.index >= most_frames:
            raise MediaError(MediaFault.TOO_MANY_FRAMES, f"the clip has more than {most_frames} frames; cut it up")
        yield record
