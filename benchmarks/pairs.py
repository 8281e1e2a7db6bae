"""Two programs measured in turn, and the table of what came of it.

On a shared machine a figure is worth little and a ratio much: both sides run close to one
another, in changing order, and the median of the ratios is what counts.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median

Side = Callable[[], Awaitable[float]]
"""Runs once and returns its figure: units a second, or seconds."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Figures of both sides, in the order in which they were taken."""

    ours: Sequence[float]
    baseline: Sequence[float]

    @property
    def ratio(self) -> float:
        """Median of the ratios, ours to the baseline's."""
        return median(self._ratios)

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest ratio."""
        return min(self._ratios), max(self._ratios)

    @property
    def _ratios(self) -> list[float]:
        return [mine / theirs for mine, theirs in zip(self.ours, self.baseline, strict=True)]


async def in_pairs(ours: Side, baseline: Side, pairs: int) -> Pairs:
    """Run both sides `pairs` times, ours first in every second pair."""
    mine: list[float] = []
    theirs: list[float] = []
    for n in range(pairs):
        for side, figures in ((ours, mine), (baseline, theirs))[:: 1 if n % 2 else -1]:
            figures.append(await side())
    return Pairs(mine, theirs)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a ratio beside what is to be reached, or a plain figure."""

    what: str
    ours: str
    baseline: str = ""
    ratio: str = ""
    wanted: str = ""


def rate_line(what: str, pairs: Pairs, baseline: str, wanted: str) -> Line:
    """Return the line of two rates; more is better."""
    return Line(
        what,
        f"{median(pairs.ours):,.0f} /s",
        f"{baseline}: {median(pairs.baseline):,.0f} /s",
        _ratio(pairs),
        wanted,
    )


def time_line(what: str, pairs: Pairs, baseline: str, wanted: str) -> Line:
    """Return the line of two times; less is better."""
    return Line(
        what,
        f"{median(pairs.ours) * 1000:,.1f} ms",
        f"{baseline}: {median(pairs.baseline) * 1000:,.1f} ms",
        _ratio(pairs),
        wanted,
    )


def show(line: Line) -> None:
    """Print the line: what it is, then the figures below it."""
    shown = [line.ours]
    if line.baseline:
        shown += [f"({line.baseline})", f"ratio {line.ratio}"]
    if line.wanted:
        shown.append(f"wanted {line.wanted}")
    print(f"{line.what}\n    {'  '.join(shown)}", flush=True)


def _ratio(pairs: Pairs) -> str:
    low, high = pairs.spread
    return f"{pairs.ratio:.3g} ({low:.3g} to {high:.3g})"
