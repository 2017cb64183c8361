"""Waiting for something that happens on its own."""

import time


def eventually(check, what="it", seconds=15, every=0.2, pause=time.sleep):
    """Calls `check` until it gives something true, and gives that; an assertion that fails counts as not yet.

    Not faster than the API lets one token ask for a minute. What a browser reports by itself (frames, requests, its
    console) comes in only while its page is asked something: there, `Screen.until` waits.
    """
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
        pause(every)
