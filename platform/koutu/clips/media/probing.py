"""What a file is, before it is decoded."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from koutu.clips.media.colour import Colour, Matrix, colour_of
from koutu.clips.media.combing import Verdict, look_for_combs
from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.fields import treatment_of
from koutu.clips.media.pictures.files import CODECS, common_header, read_header
from koutu.clips.media.pictures.folders import is_picture, numbered
from koutu.clips.media.reading import DEFAULT, Reading
from koutu.clips.media.sizes import check_size
from koutu.clips.media.wholeness import check_whole

# How many frames are looked at to say whether the rate is constant.
_RATE_SAMPLE = 1000
# Only containers: a playlist (HLS, concat) could name other files of the server.
_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,ogg,asf,mxf,yuv4mpegpipe,ivf"
# AVFieldOrder, by the field shown first.
_FIELD_ORDERS = {1: "progressive", 2: "tff", 3: "bff", 4: "bff", 5: "tff"}


class Kind(StrEnum):
    """What a clip can be made of."""

    VIDEO = "video"
    FOLDER = "folder"
    PICTURE = "picture"


@dataclass(frozen=True)
class Probe:
    """What a clip is, read without decoding more than its beginning.

    ``width`` and ``height`` are those of the frames we store: coded size, cropped, turned upright, in pixels that
    are shown ``pixel_aspect`` times as wide as high. ``rate`` is in frames a second, ``time_base`` in seconds a
    tick of pts; both are of the frames we store, as is ``frame_count``, an estimate: edit lists and broken headers
    may make it wrong, decoding tells. ``constant_rate`` is judged on the first 1000 frames. ``rotation`` is in
    degrees counter-clockwise.

    ``field_order`` is progressive, tff (top field first), bff, mixed or unknown, by what the pictures show and, where
    nothing moves, by the stream's word; ``cadence`` is telecine or shifted where film lies in interlaced pictures,
    else empty (see `combing`). ``fields`` is what is done with them: plain, bob or film (see `fields`).
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
    cadence: str
    fields: str
    duration: float
    frame_count: int


def probe(path: Path, reading: Reading = DEFAULT) -> Probe:
    """Say what ``path`` is: a video file, a folder of numbered pictures, or one picture (`folders.SUFFIXES`).

    Raises `MediaError` with the reason where it cannot be a clip, or not one by this ``reading``. Links and special
    files are refused: a server must not be led out of its folders.
    """
    path = Path(path).absolute()
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        raise MediaError(MediaFault.MISSING, f"{path.name} does not exist or cannot be read") from error
    if stat.S_ISDIR(mode):
        return _probe_pictures(Kind.FOLDER, numbered(path), reading.picture_rate)
    if not stat.S_ISREG(mode):
        raise MediaError(MediaFault.UNSAFE_PATH, f"{path.name} is a link or not a plain file")
    if path.stat().st_size == 0:
        raise MediaError(MediaFault.EMPTY_FILE, f"{path.name} is empty")
    if is_picture(path):
        return _probe_pictures(Kind.PICTURE, [path], reading.picture_rate)
    check_whole(path)
    with open_video(path) as container:
        return _probe_video(container, reading)


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
        raise MediaError(MediaFault.NOT_MEDIA, f"{path.name} is not a video file we know: {error.strerror}") from error


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
    header = common_header(paths) if len(paths) > 1 else read_header(paths[0])
    return Probe(
        kind=kind,
        codec=CODECS[header.media_type],
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
        colour=Colour(Matrix.RGB, full_range=True, tagged=True),
        field_order="progressive",
        cadence="",
        fields="plain",
        duration=float(len(paths) / rate),
        frame_count=len(paths),
    )


def _probe_video(container: InputContainer, reading: Reading) -> Probe:
    stream = video_stream(container)
    context = stream.codec_context
    # Before the first frame is decoded: a forged size must not cost its memory.
    check_size(context.width, context.height)
    frame, verdict = _first_frames(container, stream)
    treatment = treatment_of(verdict, reading.fields)
    rotation = frame.rotation % 360
    width, height = (frame.height, frame.width) if rotation % 180 else (frame.width, frame.height)
    check_size(width, height)
    aspect = Fraction(stream.sample_aspect_ratio or 1)
    rate, tick = rate_of(stream), tick_of(stream)
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
        rate=rate * treatment.frames,
        constant_rate=_rate_is_constant(container, stream, rate, tick),
        time_base=treatment.tick(tick, rate),
        colour=colour_of(frame),
        field_order=_field_order(stream, frame) if verdict.order == "unseen" else verdict.order,
        cadence=verdict.cadence,
        fields=treatment.name,
        duration=duration,
        frame_count=round((stream.frames or duration * rate) * treatment.frames),
    )


def rate_of(stream: VideoStream) -> Fraction:
    """Return the stream's own frames a second."""
    return stream.average_rate or stream.guessed_rate or Fraction(25)


def tick_of(stream: VideoStream) -> Fraction:
    """Return the seconds of a tick of the stream's own pts."""
    return stream.time_base or 1 / rate_of(stream)


def _first_frames(container: InputContainer, stream: VideoStream) -> tuple[VideoFrame, Verdict]:
    """Return the first frame, and what it and those after it show of fields."""
    frames = _until_broken(container.decode(stream))
    frame = next(frames, None)
    if frame is None:
        raise MediaError(MediaFault.NO_FRAMES, "the video stream holds no frames")
    return frame, look_for_combs(chain([frame], frames), _field_order(stream, frame) not in ("progressive", "unknown"))


def _until_broken(decoded: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    """Pass frames on to where the stream breaks. Raises `MediaError` if none can be decoded at all."""
    frame = None
    try:
        for frame in decoded:
            yield frame
    except av.error.DecoderNotFoundError as error:
        raise MediaError(MediaFault.UNSUPPORTED, "the file's video codec is not known here") from error
    except av.FFmpegError as error:
        if frame is None:
            raise MediaError(MediaFault.CORRUPT, f"no frame can be decoded: {error.strerror}") from error


def _field_order(stream: VideoStream, frame: VideoFrame) -> str:
    """The order of fields by the stream's word: progressive, tff, bff, mixed (interlaced, order unsaid), unknown."""
    order = _FIELD_ORDERS.get(stream.codec_context.field_order, "unknown")
    return "mixed" if frame.interlaced_frame and order in ("progressive", "unknown") else order


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
