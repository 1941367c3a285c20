"""Films of every oddity that makes other tools shift a frame, written by the ffmpeg command line."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

FFMPEG = os.environ.get("KOUTU_FFMPEG", "ffmpeg")
SIZE = "320x176"
# Every picture differs from every other: a counter, moving bars, and noise that no motion vector explains.
_SOURCE = "testsrc2=size={size}:rate={rate},noise=alls=8:allf=t"
X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-bf", "3", "-g", "24"]


def ffmpeg(*arguments: str | Path) -> None:
    subprocess.run([FFMPEG, "-v", "error", "-y", *map(str, arguments)], check=True, stdin=subprocess.DEVNULL)


def film(path: Path, *how: str, count: int = 60, rate: str = "25", size: str = SIZE, filters: str = "") -> Path:
    """Write ``count`` frames to ``path``; ``how`` are ffmpeg's output options, ``filters`` come after the source."""
    graph = ",".join(filter(None, [_SOURCE.format(size=size, rate=rate), filters]))
    ffmpeg("-f", "lavfi", "-i", graph, "-frames:v", str(count), *(how or X264), path)
    return path


def remuxed(source: Path, path: Path, *how: str, before: tuple[str, ...] = ()) -> Path:
    ffmpeg(*before, "-i", source, "-c", "copy", *how, path)
    return path


def _trimmed(folder: Path) -> Path:
    return remuxed(film(folder / "whole.mp4", *X264), folder / "trimmed.mp4", before=("-ss", "0.7"))


def _turned(degrees: int) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        return remuxed(film(folder / "level.mp4", *X264), folder / "turned.mp4", "-metadata:s:v:0", f"rotate={degrees}")

    return make


def _cut_short(name: str, *how: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = film(folder / name, *how)
        path.write_bytes(path.read_bytes()[: -path.stat().st_size // 7])
        return path

    return make


def _two_streams(folder: Path) -> Path:
    small, large = film(folder / "a.mp4", size="160x96"), film(folder / "b.mp4", count=50)
    ffmpeg("-i", small, "-i", large, "-map", "0:v", "-map", "1:v", "-c", "copy", folder / "two.mkv")
    return folder / "two.mkv"


def _growing(folder: Path) -> Path:
    parts = [film(folder / "a.ts", size="160x96"), film(folder / "b.ts")]
    path = folder / "growing.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def _joined_in_the_middle(folder: Path) -> Path:
    """A broadcast switched on between two key frames."""
    path = film(folder / "air.ts", *X264)
    data = path.read_bytes()
    path.write_bytes(data[len(data) // 3 // 188 * 188 :])
    return path


def _simple(name: str, *how: str, **options) -> Callable[[Path], Path]:
    return lambda folder: film(folder / name, *how, **options)


_VFR = "select='not(eq(mod(n,5),2))*not(between(n,20,27))',setpts=N/FRAME_RATE/TB+if(gt(N\\,15)\\,0.013/TB\\,0)*N"
_VP8 = ["-c:v", "libvpx", "-auto-alt-ref", "1", "-lag-in-frames", "16", "-b:v", "400k"]
_X265 = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"]
_VP9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "400k"]
_MPEG2 = ["-c:v", "mpeg2video", "-bf", "2", "-q:v", "4"]

FILMS: dict[str, Callable[[Path], Path]] = {
    "plain": _simple("plain.mp4"),
    "open groups": _simple("open.mp4", *X264, "-x264-params", "open-gop=1:bframes=4:b-pyramid=normal"),
    "variable rate mp4": _simple("vfr.mp4", *X264, "-vsync", "vfr", filters=_VFR, count=40),
    "variable rate mkv": _simple("vfr.mkv", *X264, "-vsync", "vfr", filters=_VFR, count=40),
    "turned 90": _turned(90),
    "turned 180": _turned(180),
    "turned 270": _turned(270),
    "edit list in mid-group": _trimmed,
    "late start": lambda folder: remuxed(film(folder / "a.mp4"), folder / "late.mp4", before=("-itsoffset", "1.3")),
    "fragments": _simple("fragments.mp4", *X264, "-movflags", "frag_keyframe+empty_moov"),
    "negative times mp4": _simple("negative.mp4", *X264, "-movflags", "negative_cts_offsets"),
    "negative times mkv": lambda folder: remuxed(
        film(folder / "a.mp4"), folder / "negative.mkv", "-output_ts_offset", "-0.8", "-avoid_negative_ts", "disabled"
    ),
    "odd time base": _simple("odd.mp4", *X264, "-video_track_timescale", "90001", rate="24000/1001"),
    "milliseconds": _simple("ms.mkv", *X264, rate="60000/1001"),
    "no times avi": _simple("h264.avi", *X264),
    "no times mpeg-4": _simple("b.avi", "-c:v", "mpeg4", "-bf", "2", "-q:v", "4"),
    "few times mpeg": _simple("program.mpg", *_MPEG2),
    "transport stream": _simple("stream.ts", *X264),
    "joined in the middle": _joined_in_the_middle,
    "cut short ts": _cut_short("short.ts", *X264),
    "cut short mpg": _cut_short("short.mpg", *_MPEG2),
    "cut short mkv": _cut_short("short.mkv", *X264),
    "cut short mp4": _cut_short("short.mp4", *X264, "-movflags", "faststart"),
    "two streams": _two_streams,
    "growing": _growing,
    "hidden frames vp8": _simple("vp8.webm", *_VP8),
    "hidden frames vp9": _simple("vp9.webm", *_VP9, "-auto-alt-ref", "1", "-lag-in-frames", "16"),
    "10 bit vp9": _simple("vp9.mkv", *_VP9, "-pix_fmt", "yuv420p10le"),
    "10 bit h264": _simple("ten.mp4", *X264, "-pix_fmt", "yuv420p10le"),
    "10 bit hevc": _simple("ten.mkv", *_X265, "-pix_fmt", "yuv420p10le"),
    "10 bit 4:2:2": _simple("prores.mov", "-c:v", "prores_ks", "-pix_fmt", "yuv422p10le", count=20),
    "4:4:4": _simple("full.mkv", *X264, "-pix_fmt", "yuv444p"),
    "motion jpeg": _simple("m.avi", "-c:v", "mjpeg", "-q:v", "3"),
    "lossless": _simple("ffv1.mkv", "-c:v", "ffv1", count=30),
    "theora": _simple("t.ogv", "-c:v", "libtheora", "-q:v", "6"),
    "wmv": _simple("w.wmv", "-c:v", "wmv2", "-b:v", "1M"),
    "flash": _simple("f.flv", "-c:v", "flv", "-b:v", "1M"),
    "mxf": _simple("m.mxf", *_MPEG2),
    "one frame": _simple("one.mp4", count=1),
}  # fmt: skip
# What must be refused, with its reason, instead of read.
REFUSED = {"growing": "size_changes", "cut short mkv": "truncated", "cut short mp4": "truncated"}
# Their own times say nothing (they stand still); ours still run forward.
TIMELESS = {"negative times mkv"}
