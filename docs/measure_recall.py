"""Measure how many planted deviations a check finds; writes its tables into docs/deviations.md.

A planted deviation counts as found when the check shows, for that case, a deviation of the right
kind about the same activity. A deviation that is shown counts as right when its case is one that
the truth names.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casemine.conform.checking import Checked, check_cases
from casemine.generate import Generated, GenerateOptions, generate
from casemine.generate.dialects import DIALECTS, write_dialect
from casemine.mapping import map_log, read_mapping
from casemine.mapping.reach import reach
from casemine.read import read_log
from casemine.read.flows import shipped_flow
from casemine.read.options import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).with_name("deviations.md")
DESK = Path(__file__).with_name("desk_mapping.toml")
MADE = GenerateOptions(cases=1500, seed=7)
FOUND_AS = {
    "skipped": {"skipped"},
    "inserted": {"inserted", "unknown"},
    "swapped": {"order"},
    "repeated": {"repeated"},
    "ping-pong": {"unknown"},
}


@dataclass(frozen=True, slots=True)
class Recall:
    """What was found of one kind."""

    planted: int
    found: int  # of the right kind, about the same activity
    otherwise: int  # the case deviates, but is said to deviate in another way


@dataclass(frozen=True, slots=True)
class Measured:
    """What a check found of a truth."""

    kinds: dict[str, Recall]
    shown: int  # cases that are said to deviate
    right: int  # of those, cases that the truth names

    @property
    def precision(self) -> float:
        """Share of the cases said to deviate that do."""
        return self.right / self.shown if self.shown else 1.0


def measure(made: Generated, checked: Checked, name_of: Callable[[str], str] = str) -> Measured:
    """Compare what a check shows with the truth; `name_of` leads from true cases to the log's."""
    names = checked.case_ids.to_pylist()
    shown = defaultdict(set)
    for case, deviation in zip(
        checked.by_case.case.tolist(), checked.by_case.deviation.tolist(), strict=True
    ):
        one = checked.conformance.deviations[deviation]
        shown[names[case]] |= {(one.kind, name) for name in one.element.split(" > ")}
    planted, found, otherwise = Counter(), Counter(), Counter()
    true = set()
    for one in made.truth:
        case = name_of(one.case)
        true.add(case)
        if one.kind in FOUND_AS:
            planted[one.kind] += 1
            right = any((kind, one.activity) in shown[case] for kind in FOUND_AS[one.kind])
            found[one.kind] += right
            otherwise[one.kind] += bool(shown[case]) and not right
    deviating = {case for case, kinds in shown.items() if kinds}
    return Measured(
        {kind: Recall(planted[kind], found[kind], otherwise[kind]) for kind in FOUND_AS},
        len(deviating),
        len(deviating & true),
    )


def measure_log(made: Generated) -> Measured:
    """Check the generated log itself."""
    return measure(made, check_cases(made.log, shipped_flow()))


def measure_dialect(made: Generated, system: str) -> Measured:
    """Check the log as an export of a system, read, and mapped by the rules of its desk."""
    dialect = DIALECTS[system]
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "export"
        write_dialect(made, system, export)
        log = read_log(str(export), ReadOptions(cache=False))
        desk = Path(folder) / "desk.toml"
        desk.write_text(DESK.read_text("utf-8").replace("SYSTEM", system), encoding="utf-8")
        mapping = read_mapping(desk)
    mapped = map_log(log, mapping)
    checked = check_cases(mapped.log, shipped_flow(), sources=reach(mapping, log, mapped.account))
    return measure(made, checked, lambda case: dialect.case(int(case.removeprefix("INC"))))


def table() -> str:
    """Write the table of all ways."""
    made = generate(MADE)
    rows = {"the log itself": measure_log(made)}
    rows |= {f"as {DIALECTS[name].title}": measure_dialect(made, name) for name in DIALECTS}
    head = " | ".join(FOUND_AS)
    lines = [f"| | {head} | precision |", "| --- |" + " ---: |" * (len(FOUND_AS) + 1)]
    for name, one in rows.items():
        cells = [
            f"{kind.found} of {kind.planted}" + (f" (+{kind.otherwise})" if kind.otherwise else "")
            for kind in one.kinds.values()
        ]
        lines.append(f"| {name} | {' | '.join(cells)} | {one.precision:.1%} |")
    return "\n".join(lines)


def page() -> str:
    """Return the page with the table of today."""
    before, _, rest = PAGE.read_text("utf-8").partition("<!-- recall -->")
    _, _, after = rest.partition("<!-- end -->")
    return f"{before}<!-- recall -->\n{table()}\n<!-- end -->{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
