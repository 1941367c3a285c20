"""[model.nearcolour]: tight F where people and what is behind them are of near colours, beside everywhere else.

Near is a CIE 1976 ΔE*ab of at most 10 between both sides of the true contour (`models.evaluate.contour`)."""

import time

from bench._model_rows import free, measured, ours, shown, without_samples
from models.evaluate.scores import summary

NAME = "model.nearcolour"
SETS = ("gold", "pictures", "rendered")


def run(full: bool) -> dict:
    began = time.perf_counter()
    own = ours()
    found = measured([*free(), *own], SETS)
    if found is None:
        return without_samples(NAME, "tight F")
    rows = [_line(data, name, scores) for data, some in found.items() for name, scores in some.items()]
    best = max((row for row in rows if row["set"] == "gold" and row["row"] not in own), key=lambda row: row["near"])
    mine = next(row for row in rows if row["set"] == "gold" and row["row"] == own[0])
    value = mine["near"]
    return {
        "name": NAME, "value": value, "unit": "tight F where colours are near, gold frames", "target": best["near"],
        "holds": value > best["near"],
        "against": f"{own[0]} against the best free row, {best['row']}",
        "ratio": round(value / best["near"], 2) if best["near"] else None,
        "n": sum(row["n"] for row in rows if row["row"] == best["row"]), "interval": None,
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _line(data: str, name: str, scores: list) -> dict:
    of = summary(scores)
    counted = sum(one.near_f == one.near_f for one in scores)
    return {"row": name, "set": data, "n": counted, "near": shown(of.near_f), "elsewhere": shown(of.far_f)}
