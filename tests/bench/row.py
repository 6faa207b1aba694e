"""What a row of the benchmark is made of."""

from dataclasses import dataclass, field
from typing import Callable


class Failed(Exception):
    """A side could not be measured; the sentence says why."""


@dataclass
class Goal:
    """One figure that is asked for: `value` takes {side: {figure: median}}."""

    what: str
    value: Callable
    at_most: float | None = None
    at_least: float | None = None
    unit: str = "x"

    def holds(self, value):
        above = self.at_least is None or value >= self.at_least
        return above and (self.at_most is None or value <= self.at_most)

    def asked(self):
        return f"at most {self.at_most:g}" if self.at_most is not None else f"at least {self.at_least:g}"


@dataclass
class Row:
    """`sides`: {name: function(world) -> {figure: number}}, run in this order in every round."""

    what: str
    sides: dict
    goals: list
    shown: list = field(default_factory=list)  # Figures for the table.


def ratio(what, figure, ours, theirs, **bound):
    """A goal on one figure of one side divided by the same figure of another."""
    return Goal(what, lambda seen: seen[ours][figure] / seen[theirs][figure], unit="x", **bound)


def figure(what, side, name, unit, **bound):
    """A goal on one figure of one side."""
    return Goal(what, lambda seen: seen[side][name], unit=unit, **bound)
