"""[propagate.jf]: people followed from the first true mask, and from three.

Everybody whom the pre-label finds is a subject of their own, followed one after the other as on the platform, and who
comes in later stays as pre-labelled until somebody says more. Beside it the mask that stands still, the mask moved by
flow alone, the pre-label, which is `mean4` of each frame by itself, and our own network's tracker (`koutu-s-video`)
from the first mask, which the platform does not follow with by default. All have edges finished by the guided filter
but the mask that stands still. Frames that are an anchor in any row are not counted.

The value is net: by what share bad frames become fewer, 1 - (bad from three) / (bad from the first mask), over all
films; a frame that three anchors spoil counts against one that they mend. Its interval is the least and the greatest
value when one film is left out: films are too few to draw from.
"""

import time
from collections.abc import Sequence

import numpy as np

from bench import _following as following
from bench._company import Company
from bench._model_rows import shown, without_samples
from bench._ranges import without_one
from models.backends.registry import open_backend
from models.evaluate.rows import Answer
from models.evaluate.scores import Score, score, summary

NAME = "propagate.jf"
TARGET = 0.5
OTHERS = ("frozen", "flow", "pre-label")
FIRST, THREE = "from the first mask", "from 3 anchors"
TRACKER = "koutu-s-video"
OWN = f"{FIRST}, {TRACKER}"

Found = dict[str, list[Score]]


def run(full: bool) -> dict:
    """Measure all films."""
    began = time.perf_counter()
    found = following.of_all_films(of_film)
    if found is None:
        return without_samples(NAME, "share of the remaining bad frames")
    rows = [_row(data, name, row, scores) for (data, name), some in found.items() for row, scores in some.items()]
    sets = sorted({data for data, _ in found})
    rows += [_row(data, "all", row, _of(found, data, row)) for data in sets for row in (*OTHERS, OWN, FIRST, THREE)]
    bad = [(_bad(some[FIRST]), _bad(some[THREE])) for some in found.values()]
    value, (one, three) = _fewer(bad), map(sum, zip(*bad, strict=True))
    ahead = _ahead(rows)
    return {
        "name": NAME, "value": round(value, 3), "unit": "fewer bad frames by 3 anchors, net", "target": TARGET,
        "holds": value >= TARGET and all(ahead.values()), "ratio": round(value / TARGET, 2),
        "against": f"{one} bad frames from the first mask, {three} from 3; from the first mask ahead of "
        f"{_said(OTHERS)} in J and tight F: {', '.join(f'{data} {_yes(so)}' for data, so in ahead.items())}; the "
        f"pre-label is `mean4` of each frame by itself; the interval leaves one of {len(bad)} films out",
        "n": sum(len(some[FIRST]) for some in found.values()), "interval": without_one(bad, _fewer),
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _bad(scores: list[Score]) -> int:
    return sum(one.good == 0 for one in scores)


def _fewer(bad: Sequence[tuple[int, int]]) -> float:
    """By what share bad frames become fewer, of each film's from one and from three anchors."""
    one, three = (sum(film[place] for film in bad) for place in (0, 1))
    return 1 - three / max(1, one)


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


def _yes(so: bool) -> str:
    return "yes" if so else "no"


def _said(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def of_film(film: following.Film) -> Found:
    """Scores by row."""
    network = following.Remembered("mean4")
    company, (first, *_) = Company(film, network), film.anchors

    own = Company(film, network, open_backend(TRACKER))

    def carried(by: Company, anchors: Sequence[int]) -> list[np.ndarray]:
        return [one.mask for one in by.carried({index: film.cases[index].truth for index in anchors})]

    ways = {
        "flow": following.flowed(film),
        "pre-label": following.prelabelled(film, network),
        OWN: carried(own, [first]),
        FIRST: carried(company, [first]),
        THREE: carried(company, film.anchors),
    }
    answers = {"frozen": [Answer(mask.astype(np.float32)) for mask in following.frozen(film)]}
    answers |= {name: following.finished(film, masks) for name, masks in ways.items()}
    counted = [place for place in range(len(film.cases)) if place not in film.anchors]
    return {name: [score(film.cases[place], some[place]) for place in counted] for name, some in answers.items()}
