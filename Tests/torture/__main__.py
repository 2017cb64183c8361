"""`python -m torture --engine sqlite --rounds 10 --seconds 12 --seed 7`."""

import argparse
import os
import random
import secrets
import shutil
import signal
import sys
import time

from . import report
from .faults import Deck
from .hook import Hook
from .ledger import Ledger
from .place import Place
from .postgres_rig import ClusterRig, PostgresRig
from .rig import SQLiteRig
from .round import QUIET_SECONDS, QUIET_SECONDS_WHEN_LOST, Round

RIGS = {rig.engine: rig for rig in (SQLiteRig, PostgresRig, ClusterRig)}
# No run lasts longer than this for each round, whatever hangs.
ROUND_SECONDS_MAX = 240


class Run:
    """A rig, the load's surroundings, and rounds one after the other on the same data."""

    def __init__(self, rig, options):
        self.rig = rig
        self.seconds = options.seconds
        self.faults_count = options.faults
        self.quiet_seconds = QUIET_SECONDS_WHEN_LOST if options.asynchronous else QUIET_SECONDS
        self.chance = random.Random(options.seed)
        self.deck = Deck(options.kinds or rig.faults, random.Random(self.chance.getrandbits(64)))
        self.ledger = Ledger(rig.folder / "ledger.jsonl")
        self.place = Place(rig)
        self.hook = Hook(self.place.secret, random.Random(self.chance.getrandbits(64)))
        self.place.lead_hooks_to(self.hook.url)
        self.rounds = []

    def carry_out(self, count):
        for number in range(1, count + 1):
            start = time.monotonic()
            signal.alarm(ROUND_SECONDS_MAX)
            round = Round(self, number)
            self.rounds.append(round)
            round.carry_out(self.rounds[-2] if number > 1 else None)
            say(report.line(round, time.monotonic() - start), *report.problems(round))
        signal.alarm(0)

    @property
    def is_clean(self):
        return all(round.findings.is_clean for round in self.rounds)


def say(*lines):
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def read_options(arguments):
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    parser.add_argument("--engine", choices=sorted(RIGS), default="sqlite")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=12, help="of load in a round")
    parser.add_argument("--seed", type=int, default=None, help="of the choice and the moments of the faults")
    parser.add_argument("--faults", type=int, default=3, help="moments in a round at which something breaks")
    parser.add_argument("--kinds", nargs="*", help="only these kinds of faults")
    parser.add_argument(
        "--asynchronous", action="store_true", help="commits do not wait for the standby: the count must find losses")
    parser.add_argument("--keep", action="store_true", help="keep the folder of the run")
    options = parser.parse_args(arguments)
    if options.seed is None:
        options.seed = secrets.randbelow(1 << 31)
    return options


def torture(options):
    """One run; gives whether nothing was found."""
    rig = RIGS[options.engine]()
    rig.is_synchronous = not options.asynchronous
    run = None
    try:
        rig.caretaker.keep("folder", rig.folder)
        rig.open()
        run = Run(rig, options)
        say(f"torture: {options.engine}, seed {options.seed}, {rig.folder}", *[f"note: {note}" for note in rig.notes])
        run.carry_out(options.rounds)
    finally:
        is_clean = run is not None and len(run.rounds) == options.rounds and run.is_clean
        if not is_clean or options.keep:
            rig.caretaker.release("folder", rig.folder)
            if run:
                rig.keep_evidence()
        codes = rig.close()
        if run:
            run.hook.close()
            run.ledger.close()
    if any(codes):
        say(f"a server ended with {codes} at the end: {rig.nodes[0].tail()}")
    say(report.table(options.engine, options.seed, run.rounds))
    if is_clean and not options.keep:
        shutil.rmtree(rig.folder, ignore_errors=True)
    else:
        say(f"what is left of it: {rig.folder}")
    return is_clean and not any(codes)


def give_up(*_):
    raise TimeoutError("the round takes too long")


def main():
    signal.signal(signal.SIGALRM, give_up)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    is_clean = torture(read_options(sys.argv[1:]))
    # Threads of clients that hang must not keep the program.
    sys.stdout.flush()
    os._exit(0 if is_clean else 1)


if __name__ == "__main__":
    main()
