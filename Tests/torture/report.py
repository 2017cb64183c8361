"""What a run says: a line for each round, a table at the end."""

import collections

COLUMNS = (
    ("acknowledged", "acknowledged"), ("found", "found"), ("lost", "lost"), ("doubled", "doubled"),
    ("out of order", "disordered"), ("unacknowledged but found", "unacknowledged"), ("deliveries", "deliveries"),
    ("deliveries doubled under the same id", "repeated"),
)
PROBLEMS_SHOWN_MAX = 20


def value(findings, attribute):
    found = getattr(findings, attribute)
    return found if isinstance(found, int) else len(found)


def line(round, seconds):
    """The line of a round."""
    faults = " ".join(f"{one.kind}@{one.at:.1f}" for one in round.faults)
    counts = ", ".join(f"{value(round.findings, attribute)} {name}" for name, attribute in COLUMNS)
    others = len(round.findings.problems)
    verdict = "" if not others else f", {others} PROBLEMS"
    return f"round {round.number}: {counts}, outage {round.outage:.1f} s, {seconds:.0f} s in all [{faults}]{verdict}"


def problems(round):
    shown = round.findings.problems[:PROBLEMS_SHOWN_MAX]
    left = len(round.findings.problems) - len(shown)
    return [f"    {one}" for one in shown] + ([f"    … and {left} more"] if left else [])


def table(engine, seed, rounds):
    """The table of a run, in Markdown."""
    faults = collections.Counter(fault.kind for round in rounds for fault in round.faults)
    rows = [
        ("engine", engine), ("seed", seed), ("rounds", len(rounds)),
        ("faults", ", ".join(f"{count} {kind}" for kind, count in sorted(faults.items()))),
    ]
    rows += [(name, sum(value(round.findings, attribute) for round in rounds)) for name, attribute in COLUMNS]
    rows.append(("longest outage", f"{max((round.outage for round in rounds), default=0):.1f} s"))
    rows.append(("rounds with problems", sum(not round.findings.is_clean for round in rounds)))
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"| {name:<{width}} | {found} |" for name, found in rows)
