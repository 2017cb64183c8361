"""One round: load and faults, then quiet, then the count."""

import random
import time

from . import checks
from .customers import GuestCustomer, OpenCustomer
from .desk import CAPACITY_DEFAULT, AgentAtWork
from .faults import carry_out
from .routing import waiting_in_vain
from .transcripts import Transcripts, head

GUESTS = 6
OPEN_CUSTOMERS = 5
# Customers of the round before who come back into their conversations.
RETURNING = 2
FAULT_SECONDS_MAX = 90
# How long what was begun may take after the last fault, and how long everything may take to come to rest.
FINISH_SECONDS = 30
QUIET_SECONDS = 60
# What was lost may never come to rest.
QUIET_SECONDS_WHEN_LOST = 3


def wait_until(check, seconds, every=0.1):
    """Whether something comes true in time."""
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True


class Round:
    """What one round needs, and what it finds."""

    def __init__(self, run, number):
        self.run = run
        self.rig, self.place, self.ledger, self.hook = run.rig, run.place, run.ledger, run.hook
        self.number = number
        self.faults = run.deck.round(run.seconds, run.faults_count)
        self.chance = random.Random(run.chance.getrandbits(64))
        self.findings = checks.Findings()
        self.outage = 0.0
        self.guests, self.open_customers, self.agents = [], [], []

    def new_chance(self):
        return random.Random(self.chance.getrandbits(64))

    # The load

    def hire(self, before):
        """Customers, some of whom were here before, and the agents."""
        earlier = ([one.token for one in before.guests], [one.address for one in before.open_customers]) if before \
            else ([], [])
        for number in range(GUESTS):
            token = earlier[0][number] if number < min(RETURNING, len(earlier[0])) else None
            name = f"guest {self.number}.{number}"
            self.guests.append(GuestCustomer(self.place, name, self.ledger, self.new_chance(), token))
        for number in range(OPEN_CUSTOMERS):
            address = earlier[1][number] if number < min(RETURNING, len(earlier[1])) else None
            name = f"open {self.number}.{number}"
            self.open_customers.append(OpenCustomer(self.place, name, self.ledger, self.new_chance(), address))
        for user, token in self.place.agents:
            name = f"{user['name'].split()[0]} {self.number}"
            self.agents.append(AgentAtWork(self.place, user, token, self.ledger, self.new_chance(), name))

    @property
    def customers(self):
        return [*self.guests, *self.open_customers]

    def carry_out(self, before=None):
        """The whole round; gives what was found."""
        self.origin = head(self.rig)
        self.first_series = len(self.ledger.series)
        self.hire(before)
        start = time.monotonic()
        for worker in [*self.agents, *self.customers]:
            worker.start()
        try:
            self.load(start)
            self.come_to_rest()
        finally:
            for worker in [*self.customers, *self.agents]:
                worker.is_hushed.set()
                worker.is_over.set()
        for worker in [*self.customers, *self.agents]:
            worker.join(15)
            if worker.is_alive():
                self.note("stuck", f"{worker.name} does not end; last break: {worker.last_break}")
        self.count()
        return self.findings

    def load(self, start):
        self.hook.is_well = False
        self.hook.may_time_out = self.chance.random() < 0.5
        threads = carry_out(self.faults, self.rig, start)
        time.sleep(self.run.seconds)
        for thread in threads:
            thread.join(max(0.0, start + FAULT_SECONDS_MAX - time.monotonic()))
        self.outage = self.ledger.longest_outage(start, time.monotonic())
        for fault in self.faults:
            if fault.error or not fault.healed_at:
                self.note("fault", fault.error or f"{fault.kind} does not end")
        self.notice_deaths()
        self.rig.heal()

    def notice_deaths(self):
        """A server that ended by itself is a fault; it is started again so that the rest can be counted."""
        for node in self.rig.nodes:
            if node.died_by_itself:
                self.note("crash", f"the server ended by itself with {node.process.returncode}; see {node.log}")
                node.start()

    def note(self, kind, sentence):
        self.findings.add(kind, sentence, sentence)

    # Quiet

    def come_to_rest(self):
        """What was begun is finished, what waits is sent and answered, and everybody goes home."""
        self.hook.is_well = True
        for customer in self.customers:
            customer.is_hushed.set()
        self.expect(
            lambda: not self.speaking(), FINISH_SECONDS,
            lambda: [f"{customer.name} {stand(customer)}" for customer in self.speaking()])
        self.expect(
            lambda: not waiting_in_vain(self.rig, self.place, CAPACITY_DEFAULT), FINISH_SECONDS,
            lambda: waiting_in_vain(self.rig, self.place, CAPACITY_DEFAULT))
        for agent in self.agents:
            agent.is_closing = True
        self.expect(self.is_closed, self.run.quiet_seconds, self.what_is_open, every=0.3)
        # What is on its way to the sockets arrives.
        time.sleep(0.5)

    def speaking(self):
        """Customers who have something to say that is not acknowledged."""
        self.notice_deaths()
        return [one for one in self.guests if one.pending] + [one for one in self.open_customers if one.is_alive()]

    def expect(self, check, seconds, what, every=0.1):
        if not wait_until(check, seconds, every):
            self.note("stuck", f"after {seconds} s: {what()}")

    def is_closed(self):
        counts = "SELECT (SELECT count(*) FROM stream WHERE kind = 1 AND is_open = 1) + (SELECT count(*) FROM outbox)"
        return int(self.rig.query(counts)[0][0]) == 0 and all(agent.is_free for agent in self.agents)

    def what_is_open(self):
        opened = self.rig.query("SELECT count(*) FROM stream WHERE kind = 1 AND is_open = 1")[0][0]
        waiting = self.rig.query("SELECT attempts, is_head, is_parked, error FROM outbox LIMIT 3")
        hands = {agent.name: (list(agent.views), agent.last_break) for agent in self.agents}
        return f"{opened} conversations open, outbox {waiting}, agents {hands}"

    # The count

    def count(self):
        transcripts = Transcripts.read(self.rig, after=self.origin)
        series = self.ledger.series[self.first_series:]
        findings = self.findings
        checks.check_ledger(findings, series, transcripts)
        checks.check_histories(findings, self.guests, transcripts)
        checks.check_agents_view(findings, self.place.supervisor, transcripts)
        for guest in self.guests:
            checks.check_guest_sockets(findings, guest, transcripts)
        checks.check_agent_sockets(findings, self.agents, transcripts)
        checks.check_hooks(
            findings, self.hook, self.open_customers, transcripts, is_strict=len(self.rig.nodes) == 1)
        checks.check_structure(findings, self.rig, CAPACITY_DEFAULT)
        for kind, sentence in self.ledger.take_problems():
            findings.add(kind, sentence, sentence)


def stand(customer):
    """Where a customer stands that does not get on."""
    said = customer.series.said[-1] if customer.series.said else None
    return f"waits for {said.text if said else 'nothing'}; {customer.breaks} breaks, last {customer.last_break}"
