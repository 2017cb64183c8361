"""What must be true of the database whatever happened: the log without gaps, its events a legal story."""

import collections
import json

# A conversation's snapshot follows at the latest after so many events.
EVENTS_PER_SNAPSHOT_MAX = 64
CONVERSATION = 1

COUNTS = {
    "positions of the log with a gap": """
        SELECT count(*) FROM (SELECT count(*) AS found, coalesce(max(position), 0) AS head FROM event) AS log
        WHERE found <> head""",
    "streams whose versions have a gap": """
        SELECT count(*) FROM (
            SELECT stream_kind, stream_key FROM event GROUP BY stream_kind, stream_key
            HAVING count(*) <> max(version) OR min(version) <> 1) AS stream""",
    "messages without their event": """
        SELECT count(*) FROM message LEFT JOIN event ON event.position = message.position
            AND event.type IN ('messageReceived', 'messageSent') AND event.stream_key = message.conversation
        WHERE event.position IS NULL""",
    "events without their message": """
        SELECT count(*) FROM event LEFT JOIN message ON message.position = event.position
        WHERE event.type IN ('messageReceived', 'messageSent') AND message.position IS NULL""",
    "external ids that are there twice": """
        SELECT count(*) FROM (
            SELECT integration, external_id FROM message WHERE external_id IS NOT NULL
            GROUP BY integration, external_id HAVING count(*) > 1) AS twice""",
    "snapshots that are not of the past": f"""
        SELECT count(*) FROM stream JOIN (
            SELECT stream_kind, stream_key, max(version) AS newest FROM event GROUP BY stream_kind, stream_key
        ) AS log ON stream_kind = kind AND stream_key = key
        WHERE stream.version > newest OR kind = {CONVERSATION}
            AND newest - stream.version > {EVENTS_PER_SNAPSHOT_MAX}""",
    "customers with two identities": """
        SELECT count(*) FROM (
            SELECT integration, platform_user FROM identity GROUP BY integration, platform_user
            HAVING count(*) > 1) AS twice""",
    "outbox entries that wait": "SELECT count(*) FROM outbox",
    "messages on their way without an outbox entry": """
        SELECT count(*) FROM message LEFT JOIN outbox ON outbox.message = message.id
        WHERE message.status = 'queued' AND outbox.message IS NULL""",
    "messages that failed": "SELECT count(*) FROM message WHERE status IN ('failed', 'delivery-failed')",
    "conversations that are still open": f"SELECT count(*) FROM stream WHERE kind = {CONVERSATION} AND is_open = 1",
    "timers of conversations that ended": f"SELECT count(*) FROM timer WHERE stream_kind = {CONVERSATION}",
}


def counted(rig):
    """(what, how many) of what must not be there once all is quiet."""
    for what, sql in COUNTS.items():
        found = int(rig.query(" ".join(sql.split()))[0][0])
        if found:
            yield what, found


class Story:
    """The events of the log told again by hand: which leg is in which state, and how much each agent has."""

    def __init__(self, capacity):
        self.capacity = capacity
        self.legs = {}
        self.users = {}
        self.participants = {}
        self.busy = collections.defaultdict(set)
        self.problems = []

    def tell(self, rig):
        """Replays all conversations; gives what is illegal."""
        columns = f"position, {rig.hex('stream_key')}, version, type, {rig.text('body')}"
        rows = rig.query(f"SELECT {columns} FROM event WHERE stream_kind = {CONVERSATION} ORDER BY position")
        snapshots = self._snapshots(rig)
        for position, stream, version, type, body in rows:
            self._apply(stream, type, json.loads(body)[type], position)
            snapshot = snapshots.get((stream, int(version)))
            if snapshot:
                self._compare(stream, snapshot, version)
        return self.problems

    @staticmethod
    def _snapshots(rig):
        columns = f"{rig.hex('key')}, version, {rig.text('snapshot')}"
        rows = rig.query(f"SELECT {columns} FROM stream WHERE kind = {CONVERSATION}")
        return {(key, int(version)): json.loads(snapshot) for key, version, snapshot in rows}

    def _apply(self, stream, type, body, position):
        change = getattr(self, "_" + type, None)
        if change:
            change(self.legs.setdefault(stream, {}), body.get("_0", body), position)

    def _begin(self, legs, leg, state, position):
        if leg in legs:
            self.problems.append(f"a leg begins twice at {position}")
        legs[leg] = state

    def _move(self, legs, leg, allowed, state, position):
        if legs.get(leg) not in allowed:
            self.problems.append(f"a leg that is {legs.get(leg)} becomes {state} at {position}")
        legs[leg] = state

    def _customerJoined(self, legs, body, position):
        self._begin(legs, body["communication"], "connected", position)

    _queued = _customerJoined

    def _offered(self, legs, body, position):
        leg, user = body["communication"], body["user"]
        self._begin(legs, leg, "alerting", position)
        self.users[leg] = user
        self.participants[body["participant"]] = leg
        self.busy[user].add(leg)
        if len(self.busy[user]) > self.capacity:
            self.problems.append(f"an agent has {len(self.busy[user])} conversations at {position}")

    def _answered(self, legs, leg, position):
        self._move(legs, leg, ("alerting",), "connected", position)

    def _disconnected(self, legs, body, position):
        leg = body["communication"]
        self._move(legs, leg, ("alerting", "connected", "parked"), "disconnected", position)
        if leg in self.users:
            self.busy[self.users[leg]].discard(leg)

    def _afterCallWorkStarted(self, legs, participant, position):
        leg = self.participants[participant]
        self.busy[self.users[leg]].add(leg)

    def _afterCallWorkEnded(self, legs, participant, position):
        leg = self.participants[participant]
        self.busy[self.users[leg]].discard(leg)

    def _compare(self, stream, snapshot, version):
        """The state that the server kept is the sum of its events."""
        kept = {
            leg["id"]: leg["state"] for part in snapshot["participants"] for leg in part["communications"]
        }
        if kept != self.legs.get(stream, {}):
            self.problems.append(f"the snapshot of {stream} at version {version} is not the sum of its events")
