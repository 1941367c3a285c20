"""Looking at a whole clip once, frame by frame, for what somebody should know before it is worked on.

Slow transitions and flashes, repeated pictures and their cadence, letterbox bars, logos and subtitles. Everything
here is a suggestion to a person, so every rule would rather miss than invent. Pictures in, findings out: nothing
is read or written.
"""

from koutu.clips.media.survey.report import Box, Overlay, Survey, Transition
from koutu.clips.media.survey.surveyor import Surveyor

__all__ = ["Box", "Overlay", "Survey", "Surveyor", "Transition"]
