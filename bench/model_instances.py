"""[model.instances]: people told apart on gold and rendered frames of several: J of each with the region that stands
for her, and how often regions join or part people."""

import time

from bench._model_rows import free, measured, ours, shown, without_samples
from models.evaluate.cases import Case
from models.evaluate.scores import summary

NAME = "model.instances"
TARGET = 0.75


def run(full: bool) -> dict:
    began = time.perf_counter()
    own = [name for name in ours() if ":" not in name]
    found = measured([*(name for name in free() if ":" not in name), *own], ("gold", "rendered"), several)
    if found is None:
        return without_samples(NAME, "instance J")
    rows = [_line(data, name, scores) for data, some in found.items() for name, scores in some.items()]
    value, alone = (min(_of(rows, name)) for name in own)
    return {
        "name": NAME, "value": value, "unit": "instance J", "target": TARGET, "holds": value >= TARGET,
        "against": f"{own[0]}, the lesser of gold and rendered frames; one stage, which nothing uses, {alone}",
        "ratio": round(value / TARGET, 2), "n": sum(row["several"] for row in rows) // len(found["gold"]),
        "interval": None, "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def several(case: Case) -> bool:
    return case.people is not None and int(case.people.max()) >= 2


def _line(data: str, name: str, scores: list) -> dict:
    of = summary(scores)
    return {
        "row": name, "set": data, "several": of.several, "instance J": shown(of.instance_j), "merges": of.merges,
        "splits": of.splits, "J": shown(of.j),
    }  # fmt: skip


def _of(rows: list[dict], name: str) -> list[float]:
    return [row["instance J"] for row in rows if row["row"] == name]
