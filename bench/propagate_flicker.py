"""[propagate.flicker]: how much edges flicker beyond the truth's own, held steady and not.

Of the pre-label, which is `mean4` of each frame by itself with edges by the guided filter, of the same held steady
(`models.video.fusion`), and of what is propagated from the first mask, held steady. Controls that do not flicker: the
first mask on every frame, and nobody. Films are steadied from end to end, the marked frame too, which is counted; on
the platform it stays as a person made it.

The value is the flicker of the steadied pre-label over that of the plain one, each a mean over all frames. Excess below
0 is calmer than the truth, as the controls are: any such value passes the ratio, and whether tight F is lost decides.
The interval is the least and the greatest value when one film is left out: films are too few to draw from.
"""

import time
from collections.abc import Sequence

import numpy as np

from bench import _following as following
from bench._company import Company
from bench._model_rows import shown, without_samples
from bench._ranges import without_one
from models.evaluate.rows import Answer
from models.evaluate.scores import Score, score, summary
from models.evaluate.watch import Watch
from models.matting.edges import edge_band
from models.video.fusion import steadied

NAME = "propagate.flicker"
TARGET = 0.6
PLAIN, STEADIED, PROPAGATED = "pre-label", "pre-label, steadied", "from the first mask, steadied"
ROWS = ("frozen", "empty", PLAIN, STEADIED, PROPAGATED)

Found = dict[str, list[Score]]


def run(full: bool) -> dict:
    """Measure all films."""
    began = time.perf_counter()
    found = following.of_all_films(of_film)
    if found is None:
        return without_samples(NAME, "of the pre-label's excess flicker")
    rows = [_row(data, name, row, scores) for (data, name), some in found.items() for row, scores in some.items()]
    together = {row: [one for some in found.values() for one in some[row]] for row in ROWS}
    rows += [_row("all", "all", row, scores) for row, scores in together.items()]
    every = {row: summary(together[row]) for row in (PLAIN, STEADIED, PROPAGATED)}
    value = _calmer(list(found.values()))
    lost = every[PLAIN].tight_f - every[STEADIED].tight_f
    return {
        "name": NAME, "value": round(value, 3), "unit": "of the pre-label's excess flicker", "target": TARGET,
        "holds": value <= TARGET and lost < 0.0005, "ratio": round(TARGET / value, 2) if value > 0 else None,
        "against": ", ".join(f"{row}: {shown(of.flicker)} at tight F {shown(of.tight_f)}" for row, of in every.items())
        + "; the pre-label is `mean4` of each frame by itself; below 0 it is calmer than the truth and passes, so that "
        f"tight F decides, of which none may be lost; the interval leaves one of {len(found)} films out",
        "n": every[PLAIN].n, "interval": without_one(list(found.values()), _calmer),
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _calmer(films: Sequence[Found]) -> float:
    """The steadied pre-label's excess flicker over the plain one's; NaN where that has none."""
    plain, steady = (summary(one for film in films for one in film[row]).flicker for row in (PLAIN, STEADIED))
    return steady / plain if plain > 0 else float("nan")


def of_film(film: following.Film) -> Found:
    """Scores by row."""
    network = following.Remembered("mean4")
    labels = following.prelabelled(film, network)
    plain = following.finished(film, labels)
    first = film.anchors[0]
    masks = [one.mask for one in Company(film, network).carried({first: film.cases[first].truth})]
    nobody = np.zeros(film.cases[0].truth.shape, np.float32)
    rows = {
        "frozen": [Answer(mask.astype(np.float32)) for mask in following.frozen(film)],
        "empty": [Answer(nobody)] * len(film.cases),
        PLAIN: plain, STEADIED: _steadied(film, labels), PROPAGATED: _steadied(film, masks),
    }  # fmt: skip
    return {name: _scores(film, answers) for name, answers in rows.items()}


def _steadied(film: following.Film, masks: list[np.ndarray]) -> list[Answer]:
    """As the platform holds them, but for edges that are the table's."""
    bands = [edge_band(mask.astype(np.uint8) * 255) for mask in masks]
    alphas = [answer.alpha for answer in following.finished(film, masks)]
    shot = ((case.image, *rest) for case, *rest in zip(film.cases, alphas, bands, strict=True))
    return [Answer(alpha) for alpha in steadied(shot)]


def _scores(film: following.Film, answers: list[Answer]) -> list[Score]:
    watch = Watch()
    pairs = zip(film.cases, answers, strict=True)
    return [score(case, answer, watch.step(case, answer)) for case, answer in pairs]


def _row(data: str, name: str, row: str, scores: list[Score]) -> dict:
    of = summary(scores)
    figures = {"excess flicker": shown(of.flicker), "J": shown(of.j), "tight F": shown(of.tight_f)}
    return {"set": data, "clip": name, "row": row, "n": of.n, **figures}
