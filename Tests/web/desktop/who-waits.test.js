import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../web/models/api-error.js";
import { WaitingForm } from "../../../web/models/waiting-form.js";
import { WhoWaits } from "../../../web/models/who-waits.js";

const BILLING = { id: "b", name: "Billing" };
const item = (id, more = {}) => ({
  id,
  queue: { id: "q", name: "Support" },
  dateWaitingSince: "2026-05-01T09:00:00.000Z",
  priority: 0,
  skills: [BILLING],
  ...more,
});
const waiting = (api) => new WhoWaits(/** @type {any} */ (api));
const formOf = (api, of = item("a")) => new WaitingForm(/** @type {any} */ (api), of);

test("who waits longest is shown, how many wait in all is told, and more come a page at a time", async () => {
  const all = Array.from({ length: 120 }, (_, index) => item(`i${index}`));
  const asked = [];
  const waitingConversations = async (size, page) => {
    asked.push(page);
    return { entities: all.slice((page - 1) * size, page * size), total: all.length };
  };
  const list = waiting({ waitingConversations });
  await list.load();
  assert.deepEqual([list.items.length, list.total, list.hasMore], [50, 120, true]);
  await list.more();
  await list.more();
  assert.deepEqual([list.items.length, list.hasMore], [120, false]);
  assert.deepEqual(asked, [1, 1, 2, 1, 2, 3]);
  all.splice(40);
  await list.load();
  assert.deepEqual([list.items.length, list.total, list.hasMore], [40, 40, false]);
  asked.length = 0;
  await list.load();
  assert.deepEqual(asked, [1], "what is not there is not asked for");
});

test("who moves up between two answers stands in the list once, and an older answer does not come after", async () => {
  const pages = { 1: [item("a"), item("b")], 2: [item("b")] };
  const list = waiting({ waitingConversations: async (_, page) => ({ entities: pages[page], total: 60 }) });
  await list.more();
  assert.deepEqual(list.items.map(({ id }) => id), ["a", "b"]);
  const answers = [];
  const slow = waiting({ waitingConversations: () => new Promise((resolve) => answers.push(resolve)) });
  const [first, second] = [slow.load(), slow.load()];
  answers[1]({ entities: [item("new")], total: 1 });
  answers[0]({ entities: [item("old")], total: 1 });
  await Promise.all([first, second]);
  assert.deepEqual(slow.items.map(({ id }) => id), ["new"]);
});

test("a failure is said, and the list stays", async () => {
  let isDown = false;
  const failure = new ApiError(0, "no.answer", "");
  const list = waiting({
    waitingConversations: async () => {
      if (isDown) throw failure;
      return { entities: [item("a")], total: 1 };
    },
  });
  await list.load();
  isDown = true;
  await list.load();
  assert.deepEqual([list.failure, list.items.length], [failure, 1]);
});

test("what one asks for is changed, and follows others unless somebody is changing it here", async () => {
  const calls = [];
  const form = formOf({ changeWaiting: async (...values) => void calls.push(values) });
  form.follow(item("a", { priority: 3 }));
  assert.deepEqual([form.read("a.priority"), form.wasSaved], ["3", false]);
  form.ask({ id: "r", name: "Returns" });
  form.drop("b");
  form.write("a.priority", "ten");
  assert.equal(await form.save(), false);
  assert.equal(form.problem("a.priority"), "assign.priority.bad");
  form.write("a.priority", " -10 ");
  form.follow(item("a", { priority: 5 }));
  assert.equal(form.read("a.priority"), " -10 ");
  assert.equal(await form.save(), true);
  assert.deepEqual(calls, [["a", { priority: -10, skillIds: ["r"] }]]);
  assert.deepEqual([form.skills, form.isDirty], [[{ id: "r", name: "Returns" }], false]);
  assert.deepEqual([form.pathOf("priority"), form.pathOf("skillIds")], ["a.priority", "a.skills"]);
});

test("what does not wait any more cannot be changed, and says so", async () => {
  const gone = new ApiError(409, "conversation.not.waiting", "It does not wait.");
  const form = formOf({ changeWaiting: () => Promise.reject(gone) });
  form.write("a.priority", "1");
  assert.equal(await form.save(), false);
  assert.equal(form.failure.sentence, "assign.gone");
});

test("agents are offered who could take it soonest first: of the queue, or by a name anybody", async () => {
  const user = (name, presence, status) => ({
    id: name,
    name,
    presence: { presenceDefinition: { systemPresence: presence } },
    routingStatus: { status },
  });
  const form = formOf({
    agentsOnQueue: async () => ({
      entities: [
        { user: user("Busy", "ON_QUEUE", "INTERACTING") },
        { user: user("Zoe", "On Queue", "IDLE") },
        { user: user("Ann", "On Queue", "IDLE") },
      ],
    }),
    agentsNamed: async (text) => ({ entities: [user(text, "AVAILABLE", "OFF_QUEUE"), { id: "x", name: "Nobody" }] }),
    skillsNamed: async () => ({ entities: [BILLING, { id: "r", name: "Returns" }] }),
  });
  assert.deepEqual((await form.findAgents("")).map(({ id }) => id), ["Ann", "Zoe", "Busy"]);
  const ann = (email) => ({ id: email, name: "Ann", email });
  const bo = { id: "bo", name: "Bo", email: "bo@x" };
  const twins = formOf({ agentsNamed: async () => ({ entities: [ann("a@x"), bo, ann("b@x")] }) });
  assert.deepEqual((await twins.findAgents("n")).map(({ email }) => email), ["a@x", "b@x", undefined]);
  const [ben, nobody] = await form.findAgents("Ben");
  assert.deepEqual([ben.presence, nobody.presence, nobody.status], ["available", "offline", "OFF_QUEUE"]);
  assert.deepEqual(await form.findSkills(""), [{ id: "r", name: "Returns" }]);
});

test("it is given to whoever was chosen, and a refusal is said in words that name who and where", async () => {
  const ann = { id: "ann", name: "Ann", status: "IDLE", presence: "onqueue" };
  const calls = [];
  const form = formOf({ assign: async (...values) => void calls.push(values) });
  assert.equal(await form.assign(), false);
  assert.equal(form.refusal.sentence, "assign.nobody");
  form.choose(ann);
  assert.equal(form.refusal, undefined);
  assert.equal(await form.assign(), true);
  assert.deepEqual([calls, form.assignedTo], [[["a", "ann"]], "Ann"]);

  const refused = async (error) => {
    const other = formOf({ assign: () => Promise.reject(error) });
    other.choose(ann);
    assert.equal(await other.assign(), false);
    assert.equal(other.isAssigning, false);
    return other.refusal;
  };
  const known = {
    "agent.at.capacity": "assign.full",
    "agent.not.on.queue": "assign.offQueue",
    "conversation.not.waiting": "assign.gone",
    "manual.assignment.disabled": "assign.notAllowed",
    "queue.closed": "assign.closed",
  };
  for (const [code, sentence] of Object.entries(known)) {
    const refusal = await refused(new ApiError(409, code, "In English."));
    assert.deepEqual(refusal, { sentence, values: { name: "Ann", queue: "Support" }, reason: "" });
  }
  assert.equal((await refused(new ApiError(0, "no.answer", ""))).sentence, "error.offline");
  assert.equal((await refused(new ApiError(409, "newer", "Why."))).reason, "Why.");
});
