"""Frames that show one picture more than once: animation on twos, 24 pictures in 25 frames."""

from koutu.clips.models import Clip, ClipSurvey


def runs(clip: Clip) -> list[tuple[int, int]]:
    """First and last frame of each picture that stands for more than one frame; none before the clip's survey."""
    survey = ClipSurvey.objects.filter(clip=clip).first()
    found: list[tuple[int, int]] = []
    for index in survey.repeats if survey else ():
        if found and found[-1][1] == index - 1:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index - 1, index))
    return found
