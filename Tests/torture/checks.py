"""What became of it: each view of a transcript against the ledger, and against the log itself."""

from .desk import message_ids
from .lines import patiently
from .structure import Story, counted

BULK_MAX = 500


class Findings:
    """Counts and sentences of one round."""

    KINDS = ("lost", "doubled", "disordered")

    def __init__(self):
        self.acknowledged = self.found = self.unacknowledged = 0
        self.deliveries = self.repeated = 0
        self.lost, self.doubled, self.disordered = set(), set(), set()
        self.problems = []

    def add(self, kind, what, sentence):
        """Notes a problem; those that concern a message count it once, however many views show it."""
        if kind in self.KINDS:
            getattr(self, kind).add(what)
        self.problems.append(f"{kind}: {sentence}")

    @property
    def is_clean(self):
        return not self.problems


def check_ledger(findings, ledger_series, transcripts):
    """Each acknowledged message is in its transcript once, and in the order in which it was said."""
    for series in ledger_series:
        last = 0
        for said in series.said:
            rows = transcripts.by_text.get(said.text, [])
            findings.acknowledged += said.is_acknowledged
            findings.found += bool(rows)
            findings.unacknowledged += bool(rows) and not said.is_acknowledged
            if said.is_acknowledged and not rows:
                findings.add("lost", said.text, f"{said.text} was acknowledged and is not there")
            if len(rows) > 1 or len(said.ids) > 1:
                findings.add("doubled", said.text, f"{said.text} is there {len(rows)} times, ids {said.ids}")
            if not rows:
                continue
            if said.ids and said.ids != {rows[0].id}:
                findings.add("lost", said.text, f"{said.text} was acknowledged as {said.ids} and is {rows[0].id}")
            # A message that was given up may still have come, at any later time.
            if said.is_acknowledged:
                if rows[0].position < last:
                    findings.add("disordered", said.text, f"{said.text} stands before its predecessor")
                last = rows[0].position


def compare(findings, what, shown, expected):
    """A view shows the transcript, whole and in its order; both are lists of message ids."""
    if shown == expected:
        return
    for id in [one for one in expected if one not in set(shown)]:
        findings.add("lost", id, f"{id} is missing in {what}")
    if len(set(shown)) < len(shown):
        twice = {one for one in shown if shown.count(one) > 1}
        findings.add("doubled", min(twice), f"{twice} are shown twice in {what}")
    for id in [one for one in shown if one not in set(expected)]:
        findings.add("doubled", id, f"{id} is shown in {what} and is not in the log")
    if sorted(shown) == sorted(expected):
        findings.add("disordered", what, f"{what} has another order than the log")


def check_histories(findings, guests, transcripts):
    """Each guest finds the whole history."""
    for guest in guests:
        identity = transcripts.of(guest.series)
        expected = [one.id for one in transcripts.by_identity.get(identity, [])]
        shown = [one["id"] for one in patiently(guest.history) if one["type"] == "Text"]
        compare(findings, f"the history of {guest.name}", shown[-len(expected):] if expected else [], expected)


def check_agents_view(findings, supervisor, transcripts):
    """Each conversation is complete in the view of the people who work with it, by details and by bodies."""
    for conversation, messages in transcripts.by_conversation.items():
        path = f"/api/v2/conversations/messages/{conversation}"
        shown = message_ids(patiently(lambda: supervisor.get(path)))
        expected = [one.id for one in messages]
        if expected:
            shown = shown[-len(expected):]
        compare(findings, f"the agents' view of {conversation}", shown, expected)
        texts = {}
        for start in range(0, len(shown), BULK_MAX):
            part = shown[start:start + BULK_MAX]
            for one in patiently(lambda: supervisor.post(path + "/messages/bulk", part))["entities"]:
                texts[one["id"]] = one["normalizedMessage"].get("text")
        for one in messages:
            if texts.get(one.id) != one.text:
                findings.add("lost", one.id, f"{one.text} reads {texts.get(one.id)!r} for agents")


def check_guest_sockets(findings, guest, transcripts):
    """Between two re-reads a guest's socket shows everything once and in order, and at the end nothing is missing."""
    rows = transcripts.by_identity.get(transcripts.of(guest.series), [])
    index = {one.id: number for number, one in enumerate(rows)}
    for number, listening in enumerate(guest.listenings):
        if not listening.has_base:
            continue
        at = index.get(listening.base, -1)
        for id, is_own, is_resent in listening.heard:
            here = index.get(id)
            if here is None or here <= index.get(listening.base, -1):
                # Of an earlier round, or already in what was read again.
                continue
            if here == at + 1:
                at = here
            elif is_own and is_resent:
                # The receipt of a repetition, which comes when it is asked for.
                continue
            elif here > at:
                findings.add("lost", id, f"{guest.name} did not hear what is between {at} and {here}")
                at = here
            else:
                kind = "doubled" if [one for one, *_ in listening.heard].count(id) > 1 else "disordered"
                findings.add(kind, id, f"{guest.name} heard {id} again or late")
        if listening is guest.listenings[-1] and rows and at < len(rows) - 1:
            findings.add("lost", rows[-1].id, f"{guest.name} did not hear the last {len(rows) - 1 - at} messages")


def check_agent_sockets(findings, agents, transcripts):
    """While a conversation is his, an agent's socket shows each of its messages, in order."""
    for agent in agents:
        for chain in agent.chains:
            rows = transcripts.by_conversation.get(chain.conversation.replace("-", ""), [])
            index = {one.id: number for number, one in enumerate(rows)}
            base = index.get(chain.base, -1)
            seen = [index[id] for id in chain.seen if index.get(id, -1) > base]
            if seen and sorted(seen) != list(range(base + 1, base + 1 + len(seen))):
                missing = sorted(set(range(base + 1, max(seen))) - set(seen))
                for number in missing:
                    findings.add("lost", rows[number].id, f"{agent.name} was not told of {rows[number].text}")
            if seen != sorted(seen):
                findings.add("disordered", chain.part, f"{agent.name} was told in another order")


def check_hooks(findings, hook, customers, transcripts, is_strict):
    """Each message to a customer was delivered, in order; a repetition has the same id, and nothing came between."""
    for customer in customers:
        rows = transcripts.by_identity.get(transcripts.of(customer.series), [])
        expected = [one.id for one in rows if not one.is_inbound]
        mine = set(expected)
        taken = [id for id, _ in hook.taken.get(customer.address, []) if id in mine]
        findings.deliveries += len(taken)
        findings.repeated += len(taken) - len(set(taken))
        first = list(dict.fromkeys(taken))
        compare(findings, f"the web hooks to {customer.name}", first, expected)
        runs = [id for number, id in enumerate(taken) if number == 0 or taken[number - 1] != id]
        if is_strict and len(runs) > len(set(runs)):
            findings.add("disordered", customer.name, f"a repetition to {customer.name} came after its successor")
    known = {one.id for one in transcripts.messages}
    for address, calls in hook.taken.items():
        for id, text in calls:
            if transcripts.is_whole and id not in known:
                findings.add("doubled", id, f"{text} was delivered to {address} and is not in the log")
    for problem in hook.problems:
        findings.add("hook", None, problem)


def check_structure(findings, rig, capacity):
    for what, count in counted(rig):
        findings.add("log", None, f"{count} {what}")
    for problem in Story(capacity).tell(rig)[:20]:
        findings.add("state", None, problem)
