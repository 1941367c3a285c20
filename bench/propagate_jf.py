"""[propagate.jf]: people followed from the first true mask, and from three.

Everybody whom the pre-label finds is a subject of their own, followed one after the other as on the platform, and who
comes in later stays as pre-labelled until somebody says more. Beside it the mask that stands still, the
mask moved by flow alone, and the pre-label of each frame by itself (`mean4`), all with edges finished by the guided
filter but those that stand still.
Frames that are an anchor in any row are not counted. The value is the share of frames that are bad from the first mask
and good from three.
"""

import time
from collections.abc import Sequence

import numpy as np

from bench import _following as following
from bench._company import Company
from bench._model_rows import shown, without_samples
from models.evaluate.rows import Answer
from models.evaluate.scores import Score, score, summary

NAME = "propagate.jf"
TARGET = 0.5
OTHERS = ("frozen", "flow", "pre-label")
FIRST, THREE = "from the first mask", "from 3 anchors"

Found = dict[str, list[Score]]


def run(full: bool) -> dict:
    """Measure all films."""
    began = time.perf_counter()
    found = following.of_all_films(of_film)
    if found is None:
        return without_samples(NAME, "share of the remaining bad frames")
    rows = [_row(data, name, row, scores) for (data, name), some in found.items() for row, scores in some.items()]
    sets = sorted({data for data, _ in found})
    rows += [_row(data, "all", row, _of(found, data, row)) for data in sets for row in (*OTHERS, FIRST, THREE)]
    bad = [sum(one.good == 0 for data in sets for one in _of(found, data, row)) for row in (FIRST, THREE)]
    value = 1 - bad[1] / max(1, bad[0])
    ahead = _ahead(rows)
    return {
        "name": NAME, "value": round(value, 3), "unit": "of the bad frames made good by 3 anchors", "target": TARGET,
        "holds": value >= TARGET and all(ahead.values()), "ratio": round(value / TARGET, 2),
        "against": f"{bad[0]} bad frames from the first mask, {bad[1]} from 3; from the first mask ahead of all "
        f"others in J and tight F: {', '.join(f'{data} {_said(yes)}' for data, yes in ahead.items())}",
        "n": sum(len(some[FIRST]) for some in found.values()), "interval": None,
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _of(found: dict[tuple[str, str], Found], data: str, row: str) -> list[Score]:
    """All frames of a set."""
    return [one for (of, _), some in found.items() if of == data for one in some[row]]


def _row(data: str, name: str, row: str, scores: list[Score]) -> dict:
    of = summary(scores)
    figures = {"J": shown(of.j), "tight F": shown(of.tight_f), "good": shown(of.good)}
    return {"set": data, "clip": name, "row": row, "n": of.n, **figures}


def _ahead(rows: list[dict]) -> dict[str, bool]:
    """By set, whether neither figure of any other row is above ours from the first mask."""
    means = {(row["set"], row["row"]): row for row in rows if row["clip"] == "all"}
    return {
        data: all(means[data, FIRST][of] >= means[data, other][of] for other in OTHERS for of in ("J", "tight F"))
        for data in {data for data, _ in means}
    }


def _said(yes: bool) -> str:
    return "yes" if yes else "no"


def of_film(film: following.Film) -> Found:
    """Scores by row."""
    network = following.Remembered("mean4")
    company, (first, *_) = Company(film, network), film.anchors

    def carried(anchors: Sequence[int]) -> list[np.ndarray]:
        return [one.mask for one in company.carried({index: film.cases[index].truth for index in anchors})]

    ways = {
        "flow": following.flowed(film),
        "pre-label": following.prelabelled(film, network),
        FIRST: carried([first]),
        THREE: carried(film.anchors),
    }
    answers = {"frozen": [Answer(mask.astype(np.float32)) for mask in following.frozen(film)]}
    answers |= {name: following.finished(film, masks) for name, masks in ways.items()}
    counted = [place for place in range(len(film.cases)) if place not in film.anchors]
    return {name: [score(film.cases[place], some[place]) for place in counted] for name, some in answers.items()}
