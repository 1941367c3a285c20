"""Fails where a file or function holds more than one idea: Python files over 400 lines, functions over 60."""

import ast
import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles

FILE, FUNCTION = 400, 60
MEDIAN, NINETIETH = 8, 30


def python_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "*.py"], capture_output=True, text=True, check=True).stdout
    files = (Path(name) for name in listed.splitlines())
    return [path for path in files if path.is_file() and "migrations" not in path.parts]


def functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        (f"{path}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    ]


def main() -> int:
    files = python_files()
    faults = [f"{path}: {lines} lines" for path in files if (lines := len(path.read_text().splitlines())) > FILE]
    source = [path for path in files if path.parts[0] not in ("tests", "bench", "tools")]
    lengths = [length for path in source for _, length in functions(path)]
    faults += [f"{name}: {length} lines" for path in files for name, length in functions(path) if length > FUNCTION]
    middle, tail = median(lengths), quantiles(lengths, n=10)[-1]
    if middle > MEDIAN or tail > NINETIETH:
        faults.append(f"functions: median {middle}, 90th percentile {tail}; at most {MEDIAN} and {NINETIETH}")
    print(*faults, f"{len(files)} files; functions: median {middle:.0f}, 90th percentile {tail:.0f} lines", sep="\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
