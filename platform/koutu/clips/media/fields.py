"""Interlaced video: refused, each field made a frame, or the film frames won back. By FFmpeg's filters.

* bob: ``bwdif`` (yadif's choice by motion with the kernels of BBC R&D's w3fdif) gives a full frame for every field,
  at double rate and with the field's own time.
* film: ``fieldmatch`` puts the fields of one picture together again, ``bwdif`` mends what finds no partner, and
  for a telecine ``decimate`` takes the repeated one of each five frames away; the last four or fewer may keep one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
from av import VideoFrame

from koutu.clips.media.combing import Verdict
from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.reading import Fields

_NAMES = {"tff": "top field first", "bff": "bottom field first", "mixed": "both orders of fields"}


@dataclass(frozen=True)
class Treatment:
    """What is done to the fields: plain, bob or film, and how many frames come of one of the stream."""

    name: str = "plain"
    frames: Fraction = Fraction(1)

    def tick(self, tick: Fraction, rate: Fraction) -> Fraction:
        """Return the time base of the frames, in seconds; ``tick`` and ``rate`` are the stream's own."""
        return tick / self.frames if self.frames >= 1 else 1 / (rate * self.frames)


def treatment_of(verdict: Verdict, wanted: Fields) -> Treatment:
    """Choose what is done. Raises `MediaError` INTERLACED where the wanted reading does not fit the video."""
    if not verdict.combed:
        return Treatment()
    if wanted is Fields.BOB:
        return Treatment("bob", Fraction(2))
    if wanted is Fields.FILM and verdict.cadence:
        return Treatment("film", Fraction(4, 5) if verdict.cadence == "telecine" else Fraction(1))
    found = f"the video is interlaced ({_NAMES[verdict.order]}): its pictures hold two moments each"
    if wanted is Fields.FILM:
        raise MediaError(
            MediaFault.INTERLACED, f"{found}, and no film is found in them; choose to make every field a frame (bob)"
        )
    better = "win back the film's frames (film)" if verdict.cadence else "make every field a frame (bob)"
    raise MediaError(MediaFault.INTERLACED, f"{found}; choose in the reading of clips to {better}")


def treated(
    frames: Iterator[VideoFrame], treatment: str, order: str, cadence: str, rate: Fraction
) -> Iterator[VideoFrame]:
    """Yield the frames that ``treatment`` makes; ``rate`` and ``order`` are those of the stream.

    Their pts are in ticks of their own `time_base`. Frames come in with pts and time base. Raises `MediaError`.
    """
    graph = None
    try:
        for frame in frames:
            if graph is None:
                graph = _graph(frame, _chain(treatment, order, cadence), rate)
            graph.vpush(frame)
            yield from _ready(graph)
        if graph is not None:
            graph.vpush(None)
            yield from _ready(graph)
    except av.FFmpegError as error:
        raise MediaError(MediaFault.CORRUPT, f"the fields cannot be taken apart: {error.strerror}") from error


def _chain(treatment: str, order: str, cadence: str) -> list[tuple[str, str]]:
    parity = order if order in ("tff", "bff") else "auto"
    if treatment == "bob":
        return [("bwdif", f"mode=send_field:parity={parity}:deint=all")]
    matched = [
        ("fieldmatch", f"order={parity}:combmatch=full"),
        ("bwdif", f"mode=send_frame:parity={parity}:deint=interlaced"),
    ]
    return [*matched, ("decimate", "cycle=5")] if cadence == "telecine" else matched


def _graph(frame: VideoFrame, chain: list[tuple[str, str]], rate: Fraction) -> av.filter.Graph:
    graph = av.filter.Graph()
    source = graph.add(
        "buffer",
        f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}:time_base={frame.time_base}"
        f":frame_rate={rate}:pixel_aspect=1/1:colorspace={int(frame.colorspace)}:range={int(frame.color_range)}",
    )
    # What a filter does not take is converted for it; it must come back as what it was, or its colours are misread.
    links = [graph.add(name, arguments) for name, arguments in [*chain, ("format", f"pix_fmts={frame.format.name}")]]
    graph.link_nodes(source, *links, graph.add("buffersink")).configure()
    return graph


def _ready(graph: av.filter.Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            yield graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return
