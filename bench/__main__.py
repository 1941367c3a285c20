"""Measures figures anew: `python -m bench NAME`, `--list`, `--full`; `--write NAME` or `--all`: docs/benchmarks.md."""

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "benchmarks.md"
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]


def names() -> list[str]:
    """Every bench by its name in square brackets: bench/start_warm.py is start.warm."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return [path.stem.replace("_", ".", 1) for path in files if not path.stem.startswith("_")]


def measure(name: str, *, full: bool) -> dict:
    module = importlib.import_module(f"bench.{name.replace('.', '_')}")
    return module.run(full)


def measure_apart(name: str, *, full: bool) -> dict:
    """Measure in a process of its own: one bench's memory or failure is not the next one's."""
    command = [sys.executable, "-m", "bench", name, *(["--full"] if full else [])]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        return {"name": name, "value": None, "target": None, "holds": False, "against": "ended with an error", "n": 0}
    return json.loads(lines[-1])


def machine() -> str:
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {model}, {memory:.0f} GiB, Python {platform.python_version()}"


def row(result: dict, full: bool) -> str:
    value = f"{result['value']:.4g} {result['unit']}" if result.get("value") is not None else "failed"
    if interval := result.get("interval"):
        value += f" ({interval[0]:.4g} … {interval[1]:.4g})"
    verdict = "holds" if result.get("holds") else "**falls short**"
    command = f"`python -m bench {result['name']}{' --full' if full else ''}`"
    against = result.get("against") or ""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    cells = [result["name"], value, result.get("target"), verdict, against, result.get("n"), day, command]
    return f"| {' | '.join(map(str, cells))} |"


def details(result: dict) -> list[str]:
    return [f"- {result['name']}: {json.dumps(part, ensure_ascii=False)}" for part in result.get("rows", [])]


def written() -> dict[str, list[str]]:
    """The lines of each figure that stands in the document: its row, then its details."""
    found: dict[str, list[str]] = {}
    for line in DOCUMENT.read_text().splitlines() if DOCUMENT.exists() else []:
        if line.startswith("| ") and not line.startswith("| name "):
            found[line.split(" | ")[0].removeprefix("| ")] = [line]
        elif line.startswith("- "):
            found[line[2:].split(": ")[0]].append(line)
    return found


def write(results: list[dict], full: bool = False) -> None:
    """Put these figures into the document, in the place of older ones of the same name."""
    figures = written() | {result["name"]: [row(result, full), *details(result)] for result in results}
    lines = [figures[name] for name in sorted(set(figures) & set(names()))]
    head = [
        "# Figures",
        "",
        f"Measured on {machine()}, each on its day. A figure that falls short is written as it is.",
        "",
        "| name | value | target | | against | n | day | command |",
        "|---|---|---|---|---|---|---|---|",
    ]
    parts = [*head, *(own[0] for own in lines), "", *(part for own in lines for part in own[1:])]
    DOCUMENT.write_text("\n".join(parts) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="*")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--write", action="store_true", help="put what is measured into docs/benchmarks.md")
    parser.add_argument("--full", action="store_true", help="take longer, measure more")
    asked = parser.parse_args()
    if asked.list:
        print(*names(), sep="\n")
        return
    results = []
    for name in names() if asked.all else asked.name:
        results.append((measure_apart if asked.all or asked.write else measure)(name, full=asked.full))
        print(json.dumps(results[-1], ensure_ascii=False, default=str), flush=True)
    if asked.all or asked.write:
        write(results, asked.full)


if __name__ == "__main__":
    main()
