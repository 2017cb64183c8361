"""Torture: real processes of the real binary under real load and real faults, and a count of what became of it."""

import pathlib
import sys

# The clients of the system tests are ours, too.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
