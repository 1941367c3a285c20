"""How a project wants its clips read. Stored with each clip: the same file and the same reading give the same bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

MAX_RATE = 1000
MAX_DENOMINATOR = 1_000_000


class FrameFile(StrEnum):
    """What a frame of video is kept as: JPEG on the source's chroma grid, JPEG 4:4:4, or 8-bit RGB PNG, lossless."""

    JPEG = "jpeg"
    JPEG444 = "jpeg444"
    PNG = "png"


class Fields(StrEnum):
    """What is done with pictures of two moments: none taken, each field made a frame, or film frames won back."""

    REFUSE = "refuse"
    BOB = "bob"
    FILM = "film"


@dataclass(frozen=True)
class Reading:
    """The choices a clip is read by; text is taken for any of them.

    ``frames`` and ``quality`` (1 to 100, of JPEG) say what a frame of video is written as; pictures keep their own
    files (see `pictures`). ``fields`` is for interlaced video; progressive video is read plainly under any choice.
    ``picture_rate`` is in frames a second, given to pictures, which carry none. Raises ValueError for anything else.
    """

    frames: FrameFile = FrameFile.JPEG
    quality: int = 95
    fields: Fields = Fields.REFUSE
    picture_rate: Fraction = Fraction(25)

    def __post_init__(self) -> None:
        object.__setattr__(self, "frames", _one_of(FrameFile, "frames", self.frames))
        object.__setattr__(self, "fields", _one_of(Fields, "fields", self.fields))
        object.__setattr__(self, "picture_rate", _rate(self.picture_rate))
        if type(self.quality) is not int or not 1 <= self.quality <= 100:
            raise ValueError(f"quality is a whole number from 1 to 100, not {self.quality!r}")

    def to_dict(self) -> dict[str, str | int]:
        """Return it as plain JSON values; the rate as text, "25" or "24000/1001"."""
        return {
            "frames": self.frames.value,
            "quality": self.quality,
            "fields": self.fields.value,
            "picture_rate": str(self.picture_rate),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Reading":
        """Return the reading that `to_dict` wrote; what is left out is as by default. Raises ValueError."""
        if not isinstance(values, Mapping):
            raise ValueError(f"a reading is an object of choices, not {values!r}")
        unknown = sorted(set(values) - set(cls.__dataclass_fields__))
        if unknown:
            raise ValueError(f"a reading has no {', '.join(map(str, unknown))}")
        return cls(**values)


def _one_of(choices: type[StrEnum], name: str, value: Any) -> StrEnum:
    try:
        return choices(value)
    except ValueError:
        raise ValueError(f"{name} is one of {', '.join(choices)}, not {value!r}") from None


def _rate(value: Any) -> Fraction:
    try:
        rate = Fraction(value) if isinstance(value, str | int | Fraction) and not isinstance(value, bool) else None
    except (ValueError, ZeroDivisionError):
        rate = None
    if rate is None or not 0 < rate <= MAX_RATE or rate.denominator > MAX_DENOMINATOR:
        raise ValueError(f'picture_rate is frames a second up to {MAX_RATE}, as "25" or "24000/1001", not {value!r}')
    return rate


DEFAULT = Reading()
