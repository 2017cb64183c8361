"""Waiting for something that happens on its own."""

import time


def eventually(check, what="it", seconds=15, every=0.05):
    """Calls `check` until it gives something true, and gives that; what it raises counts as not yet."""
    end = time.monotonic() + seconds
    last = None
    while True:
        try:
            found = check()
            if found:
                return found
            last = found
        except AssertionError as error:
            last = error
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen within {seconds} s; last seen: {last!r}")
        time.sleep(every)
