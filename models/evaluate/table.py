"""The table of rows over sets, as Markdown."""

from collections.abc import Iterator, Mapping, Sequence

from .differences import figures_of, paired
from .scores import Score, Summary, by_group, summary

COLUMNS = (
    "row", "set", "group", "n", "J", "F", "tight F", "near", "elsewhere", "good", "empty", "false area", "flicker",
    "several", "instance J", "merges", "splits", "parts",
)  # fmt: skip


def head(columns: Sequence[str] = COLUMNS) -> str:
    """The two lines above a table."""
    return f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"


def lines(data: str, found: Mapping[str, list[Score]]) -> Iterator[str]:
    """A line a row and group of the set `data`, and one of all its groups."""
    for name, scores in found.items():
        groups = by_group(scores)
        everything = {} if len(groups) == 1 else {"all": summary(scores)}
        for group, figures in {**groups, **everything}.items():
            if figures.n + figures.empty:
                yield _line((name, data, group), figures)


def _line(names: tuple[str, ...], of: Summary) -> str:
    means = (of.j, of.f, of.tight_f, of.near_f, of.far_f, of.good)
    parts = ", ".join(f"{part} {share:.3f}" for part, share in of.parts.items())
    cells = [
        *names, str(of.n), *(f"{value:.3f}" for value in means), str(of.empty), f"{of.false_area:.4f}",
        f"{of.flicker:+.1f}", str(of.several), f"{of.instance_j:.3f}", str(of.merges), str(of.splits), parts,
    ]  # fmt: skip
    return f"| {' | '.join('' if 'nan' in cell.split('+') else cell for cell in cells)} |"


def differences(data: str, found: Mapping[str, list[Score]], against: str) -> Iterator[str]:
    """By how much each row of the set `data` is better than the row `against`, paired, with its heading."""
    columns = (f"less {against}", "set", "figure", "n", "mean", "95 % of draws", "leaving one group out")
    yield head(columns)
    for name in (name for name in found if name != against):
        for figure in figures_of(found[against]):
            apart = paired(found[name], found[against], figure)
            ranges = (f"{low:+.4f} … {high:+.4f}" for low, high in (apart.interval, apart.without_one))
            yield f"| {name} | {data} | {figure} | {apart.n} | {apart.mean:+.4f} | {' | '.join(ranges)} |"
