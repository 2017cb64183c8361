"""Whether somebody waits who need not: an interaction in the queue while an eligible agent has room."""

import collections
import json

from .lines import patiently


def waiting_in_vain(rig, place, capacity):
    """A sentence when an interaction waits unoffered although an agent could take it; nothing otherwise."""
    rows = rig.query(f"SELECT {rig.text('snapshot')} FROM stream WHERE kind = 1 AND is_open = 1")
    busy, waiting = collections.Counter(), []
    for (body,) in rows:
        conversation = json.loads(body)
        states = []
        for part in conversation["participants"]:
            state = part["communications"][-1]["state"]
            states.append((part["purpose"], state))
            owes = "afterCallWorkStartedAt" in part and "afterCallWorkEndedAt" not in part
            if part["purpose"] == "agent" and (state in ("alerting", "connected") or owes):
                busy[part["user"]] += 1
        if ("acd", "connected") in states and ("agent", "alerting") not in states:
            waiting.append(conversation["id"])
    if not waiting:
        return None
    for user, _ in place.agents:
        path = f"/api/v2/users/{user['id']}/routingstatus"
        status = patiently(lambda: place.administrator.get(path))["status"]
        if status in ("IDLE", "INTERACTING") and busy[user["id"]] < capacity:
            return f"{waiting} wait while {user['name']} is {status} with {busy[user['id']]} in hand"
    return None
