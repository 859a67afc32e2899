"""The bars of the performance issue: what a ratio is measured against, and what it must reach."""


class Row:
    """One line of RESULTS.md: ours against theirs."""

    def __init__(self, number, job, ours, theirs, bar, stretch, command, group=None, also=()):
        """group: what the runs are called together in the CSV; also: further contenders of that group."""
        self.number, self.job, self.ours, self.theirs = number, job, ours, theirs
        self.bar, self.stretch, self.command = bar, stretch, command
        self.group, self.figures = group or job, [ours, theirs, *also]

    @property
    def value(self):
        """What is held against the bar: a ratio of medians, or a plain figure when there is no other side."""
        ours = self.ours.median if hasattr(self.ours, "median") else self.ours
        if self.theirs is None:
            return ours
        return ours / (self.theirs.median if hasattr(self.theirs, "median") else self.theirs)

    @property
    def verdict(self):
        if self.stretch is not None and self.value <= self.stretch:
            return "stretch"
        return "met" if self.value <= self.bar else "**not met**"

    def cells(self):
        def side(figure):
            if figure is None:
                return ""
            return figure.text() if hasattr(figure, "text") else f"{figure:.4g}"

        def limit(value):
            return "" if value is None else f"≤ {value:g}"

        name = getattr(self.theirs, "name", "")
        theirs = f"{side(self.theirs)}{' — ' + name if name else ''}"
        return [self.number, self.job, side(self.ours), theirs, f"{self.value:.3g}", limit(self.bar), limit(self.stretch),
                self.verdict, f"`{self.command}`" if self.command else ""]


HEADER = ["#", "job", "Strata, median (fastest–slowest)", "the other side", "ratio or figure", "bar", "stretch", "", "command"]


def markdown(rows):
    lines = ["| " + " | ".join(HEADER) + " |", "|" + "---|" * len(HEADER)]
    lines += ["| " + " | ".join(row.cells()) + " |" for row in rows]
    return "\n".join(lines) + "\n"
