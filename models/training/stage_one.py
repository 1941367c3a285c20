"""What stage 1 learns from a batch: films window by window, stills, pictures that are clicked at, and to follow."""

from collections.abc import Iterator, Mapping
from dataclasses import fields

import numpy as np
import torch
from torch import Tensor

from models.matting.trimap import MASK_LEVEL
from models.networks.anchors import Anchors
from models.networks.hints import Hints
from models.networks.koutu_s import Answer, KoutuS
from models.networks.memory import State

from . import losses, matte
from .batches import Batch, flat
from .clicking import Clicked
from .following import moved
from .planning import Plan
from .priors import hard, is_part
from .truth import CELL

Losses = dict[str, Tensor]


class StageOne:
    """Koutu-S as it is trained; `network` holds what learns."""

    def __init__(self, network: KoutuS) -> None:
        self.network = network

    def losses(self, batch: Batch, plan: Plan) -> Iterator[tuple[Losses, Answer]]:
        """Window by window the means over the batch by name, each weighed as its share of the frames, and the answer.

        Back-propagate each before the next is asked for: gradients do not pass from window to window.
        """
        if plan.kind == "click":
            yield self._clicked(batch, plan.rounds)
            return
        if plan.kind == "follow":
            yield self._followed(batch, plan.anchored)
            return
        state = None
        for first in range(0, batch.frames, plan.stage.window):
            part = batch.window(first, first + plan.stage.window)
            given = part.given[:, None].expand(-1, part.frames)
            hints = Hints(part.prior, given=given)
            answer, state = self.network(picture(part), hints, state, self._anchors(batch) if plan.anchored else None)
            state = State(state.deep.detach(), state.middle.detach())
            share = part.frames / batch.frames
            yield {name: loss * share for name, loss in of_answer(answer, part).items()}, answer

    def _anchors(self, batch: Batch, last: bool = False) -> Anchors:
        """The first frame with its truth, and the `last`. Anew in each window: the gradient of another is spent."""
        ends = [batch.window(0, 1), *([batch.window(batch.frames - 1, batch.frames)] if last else [])]
        return Anchors.joined([self.network.remember(picture(one), truth_of(one)) for one in ends])

    def _clicked(self, batch: Batch, rounds: int) -> tuple[Losses, Answer]:
        """Clicks into the network's own errors, one a round; the last round is what is learned from."""
        image, truth, judged = picture(batch)[:, 0], truth_of(batch)[:, 0], (~batch.void)[:, 0]
        clicked = [Clicked(*image.shape[-2:]) for _ in image]
        with torch.no_grad():
            prior, given = batch.prior[:, 0], batch.given
            for _ in range(rounds - 1):
                hints = clicked_at(prior, given, truth, judged, clicked)
                prior, given = self.network(image, hints)[0].mask.float().sigmoid(), torch.ones_like(given)
        answer, _ = self.network(image, clicked_at(prior, given, truth, judged, clicked))
        near = torch.from_numpy(np.stack([one.near() for one in clicked]))[:, None].to(truth)
        click = losses.cross_entropy(answer.mask.float(), truth, near * judged).mean()
        return _of_thing(answer, truth, judged.to(truth)) | {"click": click}, answer

    def _followed(self, batch: Batch, both_ends: bool) -> tuple[Losses, Answer]:
        """From the truth on the first frame on, each frame from its own answer on the one before."""
        images, truth, judged = picture(batch), truth_of(batch), (~batch.void).float()
        anchors = self._anchors(batch, both_ends)
        answer, state = self.network(images[:, 0], Hints(prior=truth[:, 0]), None, anchors)
        belief, found = truth[:, 0], list[Losses]()
        for frame in range(1, batch.frames):
            prior = moved(belief, batch.picture[:, frame - 1], batch.picture[:, frame])
            answer, state = self.network(images[:, frame], Hints(prior=prior), state, anchors)
            belief = answer.mask.float().sigmoid()
            found.append(_of_thing(answer, truth[:, frame], judged[:, frame]))
        return {name: torch.stack([one[name] for one in found]).mean() for name in found[0]}, answer


def clicked_at(prior: Tensor, given: Tensor, truth: Tensor, judged: Tensor, clicked: list[Clicked]) -> Hints:
    """Hints with one more click each, noted in `clicked`: into what is wrong of the `prior`, (B, 1, H, W) in 0..1.

    Where it is not `given` (B,) nobody is believed to be. `truth` is of 0 and 1, `judged` bool.
    """
    shown = prior * given[:, None, None, None]
    for one, belief, true, some in zip(clicked, _arrays(shown), _arrays(truth), _arrays(judged), strict=True):
        one.look(hard(belief), true > 0, some > 0)
    planes = torch.from_numpy(np.stack([one.planes() for one in clicked])).to(truth)
    return Hints(prior, planes[:, :1], planes[:, 1:], given)


def _of_thing(answer: Answer, truth: Tensor, judged: Tensor) -> Losses:
    """The whole mask of what is meant. That all is left as it was away from a click is up to who asks
    (`models.clicks.merged`): a network that learns to leave errors alone learns to leave them where it was clicked."""
    mask, wrong = answer.mask.float(), losses.wrongness(answer.mask.float(), truth)
    return {
        "mask": losses.cross_entropy(mask, truth, judged * losses.emphasis(losses.edge(truth))).mean(),
        "dice": losses.dice(mask, truth, judged).mean(),
        "error": losses.cross_entropy(answer.error.float(), wrong, judged).mean(),
    }


def _arrays(planes: Tensor) -> np.ndarray:
    """(B, H, W) of (B, 1, H, W)."""
    return planes[:, 0].cpu().numpy()


def picture(batch: Batch) -> Tensor:
    """(B, T, 3, H, W) float in 0..1."""
    return batch.picture.float() / 255


def truth_of(batch: Batch) -> Tensor:
    """The hard mask (B, T, 1, H, W) of 0 and 1."""
    return (batch.person >= MASK_LEVEL / 255).float()


def of_answer(answer: Answer, batch: Batch) -> Losses:
    """Each head's own loss, and those of the matte where the network has heads for it; means over the batch."""
    # In float32: half precision is for the network, not for sums over pictures.
    found = {one.name: flat(getattr(answer, one.name)).float() for one in fields(answer) if _has(answer, one.name)}
    heads = _of_masks(found, batch) | _of_people(found, batch)
    means = {name: loss.mean() for name, loss in heads.items()}
    if answer.alpha is None or answer.foreground is None:
        return means
    band = losses.edge(flat(truth_of(batch)), matte.BAND).unflatten(0, batch.person.shape[:2])
    soft = ((batch.person > 0) & (batch.person < 1)).float()
    return means | matte.of_matte(answer.alpha.float(), answer.foreground.float(), batch, torch.maximum(band, soft))


def _has(answer: Answer, name: str) -> bool:
    return getattr(answer, name) is not None


def _of_masks(answer: Mapping[str, Tensor], batch: Batch) -> Losses:
    truth, judged = flat(truth_of(batch)), flat(~batch.void).float()
    part, line = flat(is_part(batch.parts)), losses.edge(truth)
    somebody = (truth * judged).amax((1, 2, 3))
    # Where nobody is labelled and something is void, somebody may stand there all the same.
    sure = torch.maximum(somebody, judged.amin((1, 2, 3)))
    present = losses.cross_entropy(answer["presence"][..., None, None], somebody[:, None, None, None], _one(sure))
    return {
        "mask": losses.cross_entropy(answer["mask"], truth, judged * losses.emphasis(line, part)),
        "dice": losses.dice(answer["mask"], truth, judged),
        "boundary": losses.cross_entropy(answer["boundary"], line, judged),
        "error": losses.cross_entropy(answer["error"], losses.wrongness(answer["mask"], truth), judged),
        "presence": present,
    }


def _of_people(answer: Mapping[str, Tensor], batch: Batch) -> Losses:
    counted = _one(batch.counted[:, None].expand(batch.heat.shape[:2]).flatten().float())
    judged = flat(~batch.void[..., CELL // 2 :: CELL, CELL // 2 :: CELL]) * counted
    cells = flat(batch.cells).float() * judged
    return {
        "centre": losses.divergence(answer["centre"], flat(batch.heat), judged),
        "offset": losses.difference(answer["offset"], flat(batch.offset), cells),
    }


def _one(values: Tensor) -> Tensor:
    """(N,) as planes of one pixel."""
    return values[:, None, None, None]
