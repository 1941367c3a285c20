"""When each frame is shown in a clip's proxy. Light: the web process has no decoder."""

from collections.abc import Iterable
from fractions import Fraction

from koutu.clips.models import Clip, Frame


def frame_map(pts: Iterable[int], time_base: Fraction) -> list[int]:
    """Return when each frame is shown in the proxy, in milliseconds from the first: as the proxy stamps it.

    Times never stand still: frames closer than a millisecond are moved apart, so that each can be found again.
    """
    times: list[int] = []
    first = None
    for stamp in pts:
        first = stamp if first is None else first
        time = round((stamp - first) * time_base * 1000)
        times.append(max(time, times[-1] + 1) if times else 0)
    return times


def of(clip: Clip) -> list[int]:
    stamps = Frame.objects.filter(clip=clip).order_by("index").values_list("pts", flat=True)
    return frame_map(stamps.iterator(), Fraction(clip.time_base_num, clip.time_base_den))
