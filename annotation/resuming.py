"""A propagation put down now and then: the attempt after a worker that died goes on from there.

What was put down saves time and is no truth: where it cannot be taken up the span is followed anew, to the same end.
"""

import time
from collections.abc import Mapping
from itertools import chain

import numpy as np
import structlog

from koutu.jobs.run import JobRun
from models.backends.protocol import VideoTracker
from models.video.propagation import Frames, Propagation
from models.video.session import Session, SessionError
from models.video.spans import Span

log = structlog.get_logger(__name__)

EVERY = 10.0  # seconds of work between two times
# How much longer the work lasts than putting it down. A session at 1080p has 31 MB, and 1.2 MB a frame of a first pass:
# of a short span it takes a tenth of a second, of 300 frames a whole one, and then it is done every two minutes.
SHARE = 100
_LATE = 2  # steps from a frame's own to the one after which it is committed for good: mattes are held steady


class Bookmark:
    """How far the attempts at a job have come: so many spans are `finished`, and the next one up to some frame."""

    def __init__(self, run: JobRun) -> None:
        self._run = run
        left = run.taken_up() or memoryview(b"")
        self.finished, self._left = int.from_bytes(left[:4], "little"), left[4:]
        self._held: tuple[Session, int] | None = None
        self._due = time.monotonic() + EVERY

    def opened(
        self,
        span: Span,
        frames: Frames,
        anchors: Mapping[int, Mapping[int, np.ndarray]],
        tracker: VideoTracker,
        back_first: bool,
    ) -> Propagation:
        """The propagation over the span after those that are finished, from where it was put down."""
        left, self._left = self._left, memoryview(b"")
        try:
            if left:
                resumed = Propagation.resumed(Session.unpacked(left), frames, anchors, tracker)
                log.info("taken_up", span=self.finished, steps=resumed.taken)
                return resumed
        except SessionError as error:
            log.warning("not_taken_up", error=str(error))
        return Propagation(span, frames, anchors, tracker, back_first)

    def passed(self, each: Propagation) -> None:
        """Put the propagation down if it is time, once what it gave by now is committed.

        In the last pass the frame that it will go on with is made again, for the frame after needs it as a neighbour;
        its own matte needs the frame before, so it has to be committed first.
        """
        if self._held is None and (time.monotonic() >= self._due or each.taken == each.early):
            self._held = each.saved(), each.taken + (_LATE if each.taken > each.early else 0)
        if self._held and each.taken >= self._held[1]:
            self._put(self._held[0])
            self._held = None

    def finish(self) -> None:
        """The span is done; what was put down of it is not needed any more."""
        self.finished, self._held = self.finished + 1, None
        self._put()

    def _put(self, session: Session | None = None) -> None:
        started = time.monotonic()
        pieces = session.pieces() if session else ()
        self._run.put_down(chain([self.finished.to_bytes(4, "little")], pieces))
        ended = time.monotonic()
        self._due = ended + max(EVERY, SHARE * (ended - started))
