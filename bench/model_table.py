"""[model.table]: every row on every set: J, F, tight F, share good, part recall, false area, flicker beside J.

Koutu-S is held against the free row that is best in tight F on the same set:
by pictures drawn anew where they are independent, by leaving one clip out where they are frames of films. It wins where
tight F is surely better on gold frames and pictures, J nowhere surely lower, the mean share found of parts 0.10 more,
and the false area below 1 %.
"""

import time
from dataclasses import asdict
from statistics import fmean

from bench._model_rows import CONTROLS, Found, free, measured, ours, shown, without_samples
from models.evaluate.differences import Difference, figures_of, paired
from models.evaluate.scores import Score, by_group, summary

NAME = "model.table"
GAIN = 0.10  # of the share found of parts
MOST_FALSE = 0.01
_JUDGED = ("gold", "pictures")


def run(full: bool) -> dict:
    began = time.perf_counter()
    own = ours()
    found = measured([*free(), *own, *CONTROLS])
    if found is None:
        return without_samples(NAME, "tight F")
    best = {data: best_free(rows) for data, rows in found.items()}
    figures = _won(found, own[0], best)
    rows = [line for data, scores in found.items() for line in _lines(data, scores)]
    return {
        "name": NAME, **figures, "ratio": None, "n": sum(len(rows["empty"]) for rows in found.values()),
        "seconds": round(time.perf_counter() - began, 1), "rows": rows + _differences(found, own, best),
    }  # fmt: skip


def best_free(rows: dict[str, list[Score]]) -> str:
    """The free row of most tight F."""
    return max(free(), key=lambda name: summary(rows[name]).tight_f)


def surely(difference: Difference) -> tuple[float, float]:
    """From where to where the mean lies: by leaving a group out where there are groups, else by draws."""
    several = difference.without_one[0] == difference.without_one[0]
    return difference.without_one if several else difference.interval


def _won(found: Found, own: str, best: dict[str, str]) -> dict:
    gains = {data: paired(found[data][own], found[data][best[data]], "tight_f") for data in _JUDGED}
    value = min(gains[data].mean for data in _JUDGED)
    losses = [surely(paired(rows[own], rows[best[data]], "j"))[1] < 0 for data, rows in found.items()]
    false_area = summary(found["gold"][own]).false_area
    holds = (
        all(surely(gain)[0] > 0 for gain in gains.values())
        and not any(losses)
        and _gain_of_parts(found, own, best) >= GAIN
        and false_area < MOST_FALSE
    )
    return {
        "value": round(value, 4), "unit": "tight F more", "target": 0.0, "holds": holds,
        "against": f"{own} less the best free row, the smaller of gold frames ({best['gold']}) and pictures "
        f"({best['pictures']}); parts {_gain_of_parts(found, own, best):+.3f}, false area {false_area:.4f}",
        "interval": [round(end, 4) for end in surely(min(gains.values(), key=lambda gain: gain.mean))],
    }  # fmt: skip


def _gain_of_parts(found: Found, own: str, best: dict[str, str]) -> float:
    """Mean over the parts of pictures and rendered people of what more of them is found."""
    gains = []
    for data in ("pictures", "rendered"):
        mine, theirs = (summary(found[data][name]).parts for name in (own, best[data]))
        gains += [mine[part] - theirs[part] for part in mine]
    return fmean(gains)


def _lines(data: str, scores: dict[str, list[Score]]) -> list[dict]:
    """Of every row the whole set; of films each clip by itself."""
    found = []
    for name, some in scores.items():
        groups = by_group(some) if data != "pictures" else {}
        for group, of in {**groups, "all": summary(some)}.items():
            if of.n + of.empty:
                figures = {key: shown(value) for key, value in asdict(of).items() if key != "parts"}
                parts = {part: shown(share) for part, share in of.parts.items()}
                found.append({"row": name, "set": data, "group": group, **figures, "parts": parts})
    return found


def _differences(found: Found, own: list[str], best: dict[str, str]) -> list[dict]:
    lines = []
    for data, rows in found.items():
        for name in own:
            for figure in figures_of(rows[best[data]]):
                apart = paired(rows[name], rows[best[data]], figure)
                lines.append({
                    "row": name, "less": best[data], "set": data, "figure": figure, "n": apart.n,
                    "mean": shown(apart.mean), "interval": [shown(end) for end in apart.interval],
                    "leaving one out": [shown(end) for end in apart.without_one],
                })  # fmt: skip
    return lines
