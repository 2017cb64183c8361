"""What is in the database, read once a round: messages by customer, in the order of the log, and the events."""

import collections
import json


class Message:
    """A row of the transcript."""

    def __init__(self, position, id, identity, conversation, is_inbound, status, external_id, body):
        self.position = int(position)
        self.id = id
        self.identity = identity
        self.conversation = conversation
        self.is_inbound = int(is_inbound) == 1
        self.status = status
        self.external_id = external_id
        self.text = json.loads(body).get("text")


class Transcripts:
    """Messages by customer and by conversation, in the order of the log."""

    def __init__(self, messages, is_whole=True):
        self.messages = messages
        # Whether nothing was before.
        self.is_whole = is_whole
        self.by_identity = collections.defaultdict(list)
        self.by_conversation = collections.defaultdict(list)
        self.by_text = collections.defaultdict(list)
        for message in self.messages:
            self.by_identity[message.identity].append(message)
            self.by_conversation[message.conversation].append(message)
            self.by_text[message.text].append(message)

    @classmethod
    def read(cls, rig, after=0):
        """All messages after a position."""
        columns = ", ".join([
            "position", rig.hex("id"), rig.hex("identity"), rig.hex("conversation"), "is_inbound", "status",
            "external_id", rig.text("body")])
        rows = rig.query(f"SELECT {columns} FROM message WHERE position > {after} ORDER BY position")
        return cls([Message(*row) for row in rows], is_whole=after == 0)

    def of(self, series):
        """The identity to whose transcript a series belongs; nothing when not a word of it is there."""
        if series.listener:
            found = self.by_conversation.get(series.listener.replace("-", ""))
            return found[0].identity if found else None
        return next((self.by_text[one.text][0].identity for one in series.said if one.text in self.by_text), None)


def head(rig):
    """The last position of the log."""
    return int(rig.query("SELECT coalesce(max(position), 0) FROM event")[0][0])
