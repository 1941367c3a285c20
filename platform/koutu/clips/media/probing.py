"""What a file is, before it is decoded."""

import stat
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from koutu.clips.media.colour import Colour, Matrix, colour_of
from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.pictures import common_size, is_picture, numbered, read_header
from koutu.clips.media.wholeness import check_whole

MAX_SIDE = 8192
MAX_PIXELS = 8192 * 4320
# How many frames are looked at to say whether the rate is constant.
_RATE_SAMPLE = 1000
# Only containers: a playlist (HLS, concat) could name other files of the server.
_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,ogg,asf,mxf,yuv4mpegpipe,ivf"
_FIELD_ORDERS = {0: "unknown", 1: "progressive"}


class Kind(StrEnum):
    """What a clip can be made of."""

    VIDEO = "video"
    FOLDER = "folder"
    PICTURE = "picture"


@dataclass(frozen=True)
class Probe:
    """What a clip is, read without decoding more than its first frame.

    ``width`` and ``height`` are those of the frames we store: coded size, cropped, turned upright, in pixels that
    are shown ``pixel_aspect`` times as wide as high. ``rate`` is in frames a second, ``time_base`` in seconds a
    tick of pts. ``constant_rate`` is judged on the first 1000 frames. ``frame_count`` is an estimate: edit lists
    and broken headers may make it wrong, decoding tells. ``rotation`` is in degrees counter-clockwise.
    ``field_order`` is unknown, progressive or interlaced; interlaced and HDR pictures are read plainly.
    """

    kind: Kind
    codec: str
    width: int
    height: int
    coded_width: int
    coded_height: int
    rotation: int
    pixel_aspect: Fraction
    pixel_format: str
    rate: Fraction
    constant_rate: bool
    time_base: Fraction
    colour: Colour
    field_order: str
    duration: float
    frame_count: int


def probe(path: Path, rate: Fraction = Fraction(25)) -> Probe:
    """Say what ``path`` is: a video file, a folder of numbered pictures, or one JPEG or PNG.

    ``rate`` is the frame rate given to pictures, which carry none. Raises `MediaError` with the reason where it
    cannot be a clip. Links and special files are refused: a server must not be led out of its folders.
    """
    path = Path(path).absolute()
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        raise MediaError(MediaFault.MISSING, f"{path.name} does not exist or cannot be read") from error
    if stat.S_ISDIR(mode):
        return _probe_pictures(Kind.FOLDER, numbered(path), rate)
    if not stat.S_ISREG(mode):
        raise MediaError(MediaFault.UNSAFE_PATH, f"{path.name} is a link or not a plain file")
    if path.stat().st_size == 0:
        raise MediaError(MediaFault.EMPTY_FILE, f"{path.name} is empty")
    if is_picture(path):
        return _probe_pictures(Kind.PICTURE, [path], rate)
    check_whole(path)
    with open_video(path) as container:
        return _probe_video(container)


def open_video(path: Path) -> InputContainer:
    """Open a video file, and nothing but a local video file. Raises `MediaError`."""
    try:
        return av.open(
            f"file:{path}",
            mode="r",
            options={"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"},
            metadata_errors="replace",
        )
    except av.FFmpegError as error:
        raise MediaError(MediaFault.NOT_MEDIA, f"{path.name} is not a video file we know") from error


def video_stream(container: InputContainer) -> VideoStream:
    """Return the picture stream a player would show: the one marked as default, of these the largest.

    Raises `MediaError` NO_VIDEO or UNSUPPORTED.
    """
    marks = av.stream.Disposition
    real = [stream for stream in container.streams.video if not stream.disposition & marks.attached_pic]
    if not real:
        raise MediaError(MediaFault.NO_VIDEO, "the file holds no video stream")
    stream = max(real, key=lambda one: (bool(one.disposition & marks.default), _area(one)))
    if stream.codec_context is None:
        raise MediaError(MediaFault.UNSUPPORTED, "the file's video codec is not known here")
    stream.thread_type = "AUTO"
    return stream


def _area(stream: VideoStream) -> int:
    context = stream.codec_context  # None where the codec is not known
    return context.width * context.height if context else 0


def _probe_pictures(kind: Kind, paths: list[Path], rate: Fraction) -> Probe:
    header = common_size(paths) if len(paths) > 1 else read_header(paths[0])
    _check_size(header.width, header.height)
    return Probe(
        kind=kind,
        codec="png" if header.media_type == "image/png" else "mjpeg",
        width=header.width,
        height=header.height,
        coded_width=header.width,
        coded_height=header.height,
        rotation=0,
        pixel_aspect=Fraction(1),
        pixel_format="rgb24",
        rate=rate,
        constant_rate=True,
        time_base=1 / rate,
        colour=Colour(Matrix.RGB, full_range=True, tagged=True, hdr=False),
        field_order="progressive",
        duration=float(len(paths) / rate),
        frame_count=len(paths),
    )


def _probe_video(container: InputContainer) -> Probe:
    stream = video_stream(container)
    context = stream.codec_context
    # Before the first frame is decoded: a forged size must not cost its memory.
    _check_size(context.width, context.height)
    frame = _first_frame(container, stream)
    rotation = frame.rotation % 360
    width, height = (frame.height, frame.width) if rotation % 180 else (frame.width, frame.height)
    _check_size(width, height)
    aspect = Fraction(stream.sample_aspect_ratio or 1)
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    time_base = stream.time_base or 1 / rate
    duration = _duration(container, stream)
    return Probe(
        kind=Kind.VIDEO,
        codec=context.name,
        width=width,
        height=height,
        coded_width=frame.width,
        coded_height=frame.height,
        rotation=rotation,
        pixel_aspect=1 / aspect if rotation % 180 else aspect,
        pixel_format=frame.format.name,
        rate=rate,
        constant_rate=_rate_is_constant(container, stream, rate, time_base),
        time_base=time_base,
        colour=colour_of(frame),
        field_order="interlaced" if frame.interlaced_frame else _FIELD_ORDERS.get(context.field_order, "interlaced"),
        duration=duration,
        frame_count=stream.frames or round(duration * rate),
    )


def _check_size(width: int, height: int) -> None:
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise MediaError(MediaFault.TOO_LARGE, f"{width}×{height} is more than {MAX_SIDE} a side or 8192×4320 in all")


def _first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame:
    try:
        frame = next(container.decode(stream), None)
    except av.error.DecoderNotFoundError as error:
        raise MediaError(MediaFault.UNSUPPORTED, "the file's video codec is not known here") from error
    except av.FFmpegError as error:
        raise MediaError(MediaFault.CORRUPT, f"no frame can be decoded: {error.strerror}") from error
    if frame is None:
        raise MediaError(MediaFault.NO_FRAMES, "the video stream holds no frames")
    return frame


def _duration(container: InputContainer, stream: VideoStream) -> float:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / 1_000_000


def _rate_is_constant(container: InputContainer, stream: VideoStream, rate: Fraction, tick: Fraction) -> bool:
    """Whether the first frames stand where the rate puts them, to within the rounding of the time base."""
    container.seek(0)
    stamps: list[int] = []
    for packet in container.demux(stream):
        if packet.pts is not None:
            stamps.append(packet.pts)
        if len(stamps) >= _RATE_SAMPLE:
            break
    stamps.sort()
    # Decoding order runs ahead of showing order: the last few may have later neighbours still unread.
    settled = stamps[: max(2, len(stamps) - 32)] if len(stamps) >= _RATE_SAMPLE else stamps
    # A third of a frame covers rates rounded in the header (23.98 for 24000/1001) over short stretches.
    slack = max(Fraction(3, 2) * tick, Fraction(1, 3) / rate)
    steps = (abs((b - a) * tick - 1 / rate) for a, b in zip(settled, settled[1:], strict=False))
    return all(step <= slack for step in steps)
