"""What the load did: each thing that was said, and when the server acknowledged it. Written by the load itself."""

import json
import threading
import time


class Utterance:
    """One message that somebody wants to be in a transcript exactly once."""

    def __init__(self, series, number, key):
        self.series = series
        self.number = number
        self.key = key
        self.text = f"{series.name} #{number}"
        self.attempts = 0
        self.acknowledged_at = None
        self.ids = set()

    @property
    def is_acknowledged(self):
        return self.acknowledged_at is not None


class Series:
    """Messages of one speaker; each begins when the one before was acknowledged, or given up.

    `speaker` is guest, open or agent; `listener` is the conversation of an agent's, which is known beforehand.
    """

    def __init__(self, name, speaker, listener=None):
        self.name = name
        self.speaker = speaker
        self.listener = listener
        self.said = []

    def next(self, key=None):
        number = len(self.said)
        found = Utterance(self, number, key or f"{self.name}-{number}")
        self.said.append(found)
        return found


class Ledger:
    """All series of a run, on disk as well: a line for each acknowledgement."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.file = open(path, "a", buffering=1)
        self.series = []
        self.problems = []
        self.acknowledgements = []

    def new_series(self, name, speaker, listener=None):
        series = Series(name, speaker, listener)
        with self.lock:
            self.series.append(series)
        return series

    def acknowledge(self, utterance, id):
        """The server said that it has it. A message that is acknowledged under two ids is two messages."""
        now = time.monotonic()
        with self.lock:
            utterance.ids.add(id)
            if utterance.acknowledged_at is None:
                utterance.acknowledged_at = now
                if utterance.series.speaker != "agent":
                    self.acknowledgements.append(now)
            self.file.write(json.dumps({
                "at": time.time(), "speaker": utterance.series.speaker, "series": utterance.series.name,
                "key": utterance.key, "text": utterance.text, "id": id, "attempts": utterance.attempts,
            }, ensure_ascii=False) + "\n")

    def problem(self, kind, sentence):
        """Something that the load saw and that may not be."""
        with self.lock:
            self.problems.append((kind, sentence))

    def take_problems(self):
        """What came since the last time."""
        with self.lock:
            found, self.problems = self.problems, []
            return found

    def longest_outage(self, start, end):
        """The longest time between two acknowledgements to customers while the load ran, in seconds."""
        with self.lock:
            times = sorted(one for one in self.acknowledgements if start <= one <= end)
        marks = [start, *times, end]
        return max(after - before for before, after in zip(marks, marks[1:]))

    def close(self):
        self.file.close()
