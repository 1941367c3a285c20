"""Our frames held against those of the ffmpeg command line: another build of another version, another program."""

import hashlib
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from av import VideoFrame

from koutu.clips.media.decode import raw_frames
from koutu.clips.media.probing import Probe
from tests.media.odd_films import FFMPEG


@dataclass(frozen=True)
class Told:
    """What one frame is: its time in seconds and the MD5 of its samples as the decoder gave them."""

    time: Fraction
    md5: str


def theirs(path: Path) -> list[Told]:
    """The frames that ffmpeg presents, with the file's own times and before any turning or scaling."""
    command = [
        FFMPEG, "-v", "error", "-noautorotate", "-copyts", "-i", path, "-an", "-sn", "-dn",
        "-vsync", "passthrough", "-enc_time_base", "-1", "-f", "framehash", "-hash", "md5", "-",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    tick, told = Fraction(1), []
    for line in done.stdout.splitlines():
        if line.startswith("#tb 0:"):
            tick = Fraction(line.split(":")[1].strip())
        elif line and not line.startswith("#"):
            fields = [field.strip() for field in line.split(",")]
            told.append(Told(int(fields[2]) * tick, fields[5]))
    return told


def ours(path: Path, about: Probe) -> list[Told]:
    frames = raw_frames(path, about)
    return [Told(raw.pts * about.time_base, hashlib.md5(_samples(raw.source)).hexdigest()) for raw in frames]  # noqa: S324


def _samples(frame: VideoFrame) -> bytes:
    depth = 2 if frame.format.components[0].bits > 8 else 1
    return b"".join(
        np.frombuffer(plane, np.uint8).reshape(plane.height, -1)[:, : plane.width * depth].tobytes()
        for plane in frame.planes
    )


def picture(path: Path, index: int, width: int, height: int) -> np.ndarray:
    """Frame ``index`` as ffmpeg shows it, turned upright, as RGB uint8 (height, width, 3)."""
    command = [
        FFMPEG, "-v", "error", "-i", path, "-vf", f"select=eq(n\\,{index})", "-frames:v", "1", "-vsync", "passthrough",
        "-sws_flags", "accurate_rnd+full_chroma_int+bilinear", "-pix_fmt", "rgb24", "-f", "rawvideo", "-",
    ]  # fmt: skip
    raw = subprocess.run(command, capture_output=True, check=True, stdin=subprocess.DEVNULL).stdout
    return np.frombuffer(raw, np.uint8).reshape(height, width, 3)
