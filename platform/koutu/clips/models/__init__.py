"""Tables of clips, and the querysets that hold who may see what."""

from koutu.clips.models.clips import Clip, CutChange, Frame, Shot, Show
from koutu.clips.models.duplicates import Duplicate, Likeness
from koutu.clips.models.proxies import Proxy
from koutu.clips.models.readings import ProjectReading
from koutu.clips.models.rights import Cast, Right
from koutu.clips.models.suggestions import ClipSurvey, Suggestion, VoidArea
from koutu.clips.models.uploads import Upload
from koutu.clips.models.watches import Watch, WatchedFile

__all__ = [
    "Cast",
    "Clip",
    "ClipSurvey",
    "CutChange",
    "Duplicate",
    "Frame",
    "Likeness",
    "ProjectReading",
    "Proxy",
    "Right",
    "Shot",
    "Show",
    "Suggestion",
    "Upload",
    "VoidArea",
    "Watch",
    "WatchedFile",
]
