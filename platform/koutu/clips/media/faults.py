"""Why a file cannot be a clip."""

from enum import StrEnum


class MediaFault(StrEnum):
    """Reasons, stable as codes of the API; the page translates them."""

    MISSING = "missing"
    UNSAFE_PATH = "unsafe_path"
    EMPTY_FILE = "empty_file"
    NOT_MEDIA = "not_media"
    NO_VIDEO = "no_video"
    NO_FRAMES = "no_frames"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    TOO_LARGE = "too_large"
    TOO_MANY_FRAMES = "too_many_frames"
    TOO_SLOW = "too_slow"
    OUT_OF_MEMORY = "out_of_memory"
    DECODER_DIED = "decoder_died"
    READER_KILLED = "reader_killed"
    UNSUPPORTED = "unsupported"
    SIZE_CHANGES = "size_changes"
    INTERLACED = "interlaced"
    FOLDER_EMPTY = "folder_empty"
    FOLDER_NUMBERS = "folder_numbers"
    FOLDER_GAP = "folder_gap"
    FOLDER_MIXED_SIZES = "folder_mixed_sizes"
    FOLDER_MIXED_TYPES = "folder_mixed_types"


class MediaError(Exception):
    """A file that cannot be a clip.

    ``code`` is the reason as one of `MediaFault`, ``detail`` an English sentence that names what was found.
    """

    def __init__(self, code: MediaFault, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
