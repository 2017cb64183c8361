import assert from "node:assert/strict";
import { test } from "node:test";
import { WaitingList } from "../../../web/models/waiting-list.js";

const usual = { messageType: "open", isOffered: false, skills: [] };
const wait = (id, waitingSince, more) => ({ ...usual, id, waitingSince, ...more });

/** A list that has looked once, of these queues and what waits in each. */
async function looked(queues, lists, more = {}) {
  const asked = [];
  const api = {
    myQueues: async () => ({ entities: queues }),
    waiting: async (id) => (asked.push(id), { entities: lists[id] }),
    ...more,
  };
  const list = new WaitingList(/** @type {any} */ (api));
  await list.look();
  return { list, asked };
}

const open = { id: "q1", name: "Support", enableManualAssignment: true };
const other = { id: "q2", name: "Sales", enableManualAssignment: true };
const shut = { id: "q3", name: "Returns", enableManualAssignment: false };

test("what may be taken is what waits longest first, in the queues that allow it", async () => {
  const { list, asked } = await looked([open, other, shut], {
    q1: [wait("b", "2026-01-01T00:02:00.000Z"), wait("x", "2026-01-01T00:00:00.000Z", { isOffered: true })],
    q2: [wait("a", "2026-01-01T00:01:00.000Z")],
  });
  assert.deepEqual(asked, ["q1", "q2"]);
  assert.deepEqual(list.items.map(({ id, queue }) => [id, queue.name]), [["a", "Sales"], ["b", "Support"]]);
});

test("without a queue that allows it nothing is asked for", async () => {
  const { list, asked } = await looked([shut], {});
  assert.deepEqual([asked, list.items], [[], []]);
});

test("what cannot be read stays as it was", async () => {
  let isDown = false;
  const { list } = await looked([open], {}, {
    waiting: async () => {
      if (isDown) throw new Error("no answer");
      return { entities: [wait("a", "2026-01-01T00:01:00.000Z")] };
    },
  });
  isDown = true;
  await list.look();
  assert.deepEqual(list.items.map(({ id }) => id), ["a"]);
});

/** Takes one at a desk where it rings or does not: who was asked for, answered, and told. */
async function taken(rings, refusal) {
  const done = [];
  const { list } = await looked([open], { q1: [wait("a", "2026-01-01T00:01:00.000Z")] }, {
    assign: async (id, user) => {
      if (refusal) throw refusal;
      done.push(["assign", id, user]);
    },
  });
  const desk = {
    status: { user: { id: "me" } },
    work: { rings: async () => rings },
    notices: { add: ({ sentence }) => done.push(["notice", sentence]), addError: () => done.push(["error"]) },
  };
  await list.take("a", /** @type {any} */ (desk), async (id) => void done.push(["accept", id]));
  assert.equal(list.taking.size, 0);
  return done;
}

test("what is taken is answered as soon as it rings", async () => {
  assert.deepEqual(await taken(true), [["assign", "a", "me"], ["accept", "a"]]);
  assert.deepEqual(await taken(false), [["assign", "a", "me"]]);
});

test("a refusal is said in words of the desk", async () => {
  assert.deepEqual(await taken(true, { code: "agent.at.capacity" }), [["notice", "waiting.full"]]);
  assert.deepEqual(await taken(true, { code: "conversation.not.waiting" }), [["notice", "waiting.gone"]]);
  assert.deepEqual(await taken(true, { code: "queue.closed" }), [["notice", "waiting.queueClosed"]]);
  assert.deepEqual(await taken(true, { code: "no.answer" }), [["error"]]);
});
