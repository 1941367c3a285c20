"""Reading pictures and video: probing, decoding, encoding, fingerprints and cuts.

Pure functions without Django. PyAV, OpenCV and simplejpeg are loaded on first use of a name below, so that a
web process may import this package and stay small::

    from koutu.clips import media

    about = media.probe(path)
    for record in media.decode_clip(path, about):
        ...

Faults are light: ``from koutu.clips.media.faults import MediaError, MediaFault`` loads nothing else.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from koutu.clips.media.cuts import CutDetector, find_cuts
    from koutu.clips.media.decode import DecodedFrame, frames
    from koutu.clips.media.encode import encode_jpeg, encoder_name, thumbnail
    from koutu.clips.media.faults import MediaError, MediaFault
    from koutu.clips.media.hashing import hamming, perceptual_hash, sha256_hex
    from koutu.clips.media.pictures.files import read_picture
    from koutu.clips.media.pipeline import FrameRecord, clip_encoder, decode_clip
    from koutu.clips.media.probing import Kind, Probe, probe

_HOMES = {
    "CutDetector": "cuts",
    "find_cuts": "cuts",
    "DecodedFrame": "decode",
    "frames": "decode",
    "read_picture": "pictures.files",
    "clip_encoder": "pipeline",
    "encode_jpeg": "encode",
    "encoder_name": "encode",
    "thumbnail": "encode",
    "MediaError": "faults",
    "MediaFault": "faults",
    "hamming": "hashing",
    "perceptual_hash": "hashing",
    "sha256_hex": "hashing",
    "FrameRecord": "pipeline",
    "decode_clip": "pipeline",
    "Kind": "probing",
    "Probe": "probing",
    "probe": "probing",
}

__all__ = [
    "CutDetector",
    "DecodedFrame",
    "FrameRecord",
    "Kind",
    "MediaError",
    "MediaFault",
    "Probe",
    "clip_encoder",
    "decode_clip",
    "encode_jpeg",
    "encoder_name",
    "find_cuts",
    "frames",
    "hamming",
    "perceptual_hash",
    "probe",
    "read_picture",
    "sha256_hex",
    "thumbnail",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
