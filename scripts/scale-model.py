#!/usr/bin/env python3
"""How many messages a second a cluster commits when every group takes one lock: a model of docs/operations/scale.md.

Messages arrive at random at the nodes. A node that has some waiting queues for the lock of its log partition; when it
gets it, it writes all that waits, at most 256, and lets go after trips to the database, a sync and the rows' own time.
"""

import argparse
import collections
import random

GROUP_MAX = 256
# name: (milliseconds of a trip to the server, of a durable commit, microseconds of one message's rows and checks)
PLACES = {
    "one machine": (0.05, 0.3, 60),
    "one data centre": (0.25, 0.8, 60),
    "Aurora": (0.5, 2.5, 60),
    "YugabyteDB": (0.7, 6.0, 150),
}
TRIPS = 3


def simulate(place, nodes, partitions, rate, seconds=5, seed=1):
    """Messages a second that became durable, their p50 and p99 in milliseconds, and the mean size of a group."""
    trip, sync, row = PLACES[place]
    chance = random.Random(seed)
    lanes = [Lane(trip * TRIPS + sync, row / 1000, nodes) for _ in range(partitions)]
    now, end = 0.0, seconds * 1000.0
    while now < end:
        now += chance.expovariate(rate / 1000)
        chance.choice(lanes).arrive(now, chance.randrange(nodes))
    waits = sorted(wait for lane in lanes for wait in lane.waits)
    groups = sum(lane.groups for lane in lanes)
    return len(waits) / seconds, waits[len(waits) // 2], waits[len(waits) * 99 // 100], len(waits) / max(groups, 1)


class Lane:
    """One log partition: its lock, and who waits for it."""

    def __init__(self, fixed, each, nodes):
        self.fixed, self.each = fixed, each
        self.waiting = [collections.deque() for _ in range(nodes)]
        self.queue = collections.deque()
        self.free_at = 0.0
        self.waits, self.groups = [], 0

    def arrive(self, now, node):
        self.serve(now)
        if not self.waiting[node]:
            self.queue.append(node)
        self.waiting[node].append(now)

    def serve(self, now):
        """Groups that began before now."""
        while self.queue:
            first = self.waiting[self.queue[0]][0]
            begin = max(self.free_at, first)
            if begin >= now:
                return
            node = self.queue.popleft()
            line = self.waiting[node]
            group = []
            while line and len(group) < GROUP_MAX and line[0] <= begin:
                group.append(line.popleft())
            self.free_at = begin + self.fixed + self.each * len(group)
            self.waits += [self.free_at - at for at in group]
            self.groups += 1
            if line:
                self.queue.append(node)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seed", type=int, default=1)
    seed = arguments.parse_args().seed
    print(f"{'place':16} nodes parts offered/s durable/s  p50 ms   p99 ms  group")
    for place in PLACES:
        for nodes, partitions, rate in ((3, 1, 2_000), (3, 1, 10_000), (100, 1, 2_000), (100, 1, 10_000),
                                        (100, 16, 10_000), (100, 16, 50_000), (100, 64, 50_000)):
            done, half, tail, size = simulate(place, nodes, partitions, rate, seed=seed)
            print(f"{place:16} {nodes:5} {partitions:5} {rate:9} {done:9.0f} {half:7.1f} {tail:8.1f} {size:6.1f}")


if __name__ == "__main__":
    main()
