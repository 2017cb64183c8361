"""A short torture of each engine, and that its count would notice what it looks for. `make torture` does ten rounds."""

import collections
import os
import pathlib
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

from torture import checks  # noqa: E402
from torture.ledger import Series  # noqa: E402
from torture.transcripts import Message, Transcripts  # noqa: E402

SHORT = {
    "sqlite": ("kill", "disk", "reset"),
    "postgres": ("crash", "failover", "kill", "cut"),
}


def torture(engine, *options):
    command = [
        sys.executable, "-m", "torture", "--engine", engine, "--rounds", "1", "--seconds", "6", "--seed", "1", *options]
    environment = os.environ | {"PYTHONPATH": str(TESTS)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=400)


@pytest.mark.parametrize("engine", SHORT)
@pytest.mark.timeout(480)
def test_a_short_torture_finds_nothing(engine):
    answer = torture(engine, "--kinds", *SHORT[engine])
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "0 lost, 0 doubled, 0 out of order" in answer.stdout, answer.stdout


# How far a standby is behind is the machine's: on a fast disk it may have everything.
@pytest.mark.skipif(not os.environ.get("ENGAWA_TORTURE_ALL"), reason="ENGAWA_TORTURE_ALL=1 runs what needs a busy disk")
@pytest.mark.timeout(480)
def test_a_failover_to_a_standby_that_was_behind_is_found_out():
    answer = torture("postgres", "--asynchronous", "--faults", "1", "--kinds", "failover")
    assert answer.returncode == 1, answer.stdout + answer.stderr
    found = re.search(r"(\d+) lost", answer.stdout)
    assert found and int(found[1]) > 0, answer.stdout


# What the count would notice


def message(number, position=None, **fields):
    row = {
        "position": position or number + 1, "id": f"id-{number}", "identity": "somebody", "conversation": "one",
        "is_inbound": 1, "status": "received", "external_id": None, "body": f'{{"text": "guest 1.0 #{number}"}}',
    }
    return Message(**(row | fields))


@pytest.fixture
def findings():
    return checks.Findings()


@pytest.fixture
def series():
    """Three messages, all acknowledged."""
    series = Series("guest 1.0", "guest")
    for number in range(3):
        said = series.next()
        said.acknowledged_at = number
        said.ids.add(f"id-{number}")
    return series


def test_the_count_of_a_good_transcript_is_clean(findings, series):
    checks.check_ledger(findings, [series], Transcripts([message(number) for number in range(3)]))
    assert findings.is_clean and (findings.acknowledged, findings.found) == (3, 3)


@pytest.mark.parametrize("rows, kind", [
    ([message(0), message(2)], "lost"),
    ([message(0), message(1), message(2), message(1, 4, id="id-9")], "doubled"),
    ([message(1, 1), message(0, 2), message(2)], "disordered"),
    ([message(0), message(1, id="id-9"), message(2)], "lost"),
])
def test_the_count_notices(findings, series, rows, kind):
    checks.check_ledger(findings, [series], Transcripts(rows))
    assert getattr(findings, kind), findings.problems


def test_a_message_that_nobody_acknowledged_may_be_there_once(findings, series):
    series.next()
    checks.check_ledger(findings, [series], Transcripts([message(number) for number in range(4)]))
    assert findings.is_clean and findings.unacknowledged == 1


def listener(series, base, heard):
    listening = SimpleNamespace(base=base, has_base=True, heard=heard)
    return SimpleNamespace(series=series, name="guest 1.0", listenings=[listening])


@pytest.mark.parametrize("heard, kind", [
    ([("id-0", True, False), ("id-1", True, False), ("id-2", True, False)], None),
    ([("id-0", True, False), ("id-2", True, False)], "lost"),
    ([("id-0", True, False), ("id-1", True, False)], "lost"),
    ([("id-0", True, False), ("id-1", True, False), ("id-1", True, False), ("id-2", True, False)], "doubled"),
    # The receipt of a repetition may come in between.
    ([("id-0", True, False), ("id-1", True, True), ("id-1", True, True), ("id-2", True, False)], None),
])
def test_a_guests_socket_is_held_to_the_transcript(findings, series, heard, kind):
    transcripts = Transcripts([message(number) for number in range(3)])
    checks.check_guest_sockets(findings, listener(series, None, heard), transcripts)
    assert findings.is_clean if kind is None else getattr(findings, kind), findings.problems


@pytest.mark.parametrize("taken, is_clean", [
    (["id-1", "id-2"], True),
    (["id-1", "id-1", "id-2"], True),
    (["id-1"], False),
    (["id-2", "id-1"], False),
    (["id-1", "id-2", "id-1"], False),
    (["id-1", "id-2", "id-8"], False),
])
def test_deliveries_are_held_to_the_transcript(findings, series, taken, is_clean):
    rows = [message(0), message(1, is_inbound=0), message(2, is_inbound=0)]
    hook = SimpleNamespace(
        taken=collections.defaultdict(list, {"hana": [(id, "text") for id in taken]}), problems=[])
    customer = SimpleNamespace(series=series, name="open 1.0", address="hana")
    checks.check_hooks(findings, hook, [customer], Transcripts(rows), is_strict=True)
    assert findings.is_clean == is_clean, findings.problems
