import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../web/models/api-error.js";
import { inQueueOf, inQueueValuesOf } from "../../../web/models/in-queue-values.js";
import { pagesOf, placesOf } from "../../../web/models/pages.js";
import { findIn, Picker } from "../../../web/models/picker.js";
import { QueueForm } from "../../../web/models/queue-form.js";
import { planOf } from "../../../web/models/queue-members.js";
import { pathOfMember } from "../../../web/models/queue-problems.js";
import { queueOf, valuesOf } from "../../../web/models/queue-values.js";

const IN_QUEUE = {
  scheduleGroup: { id: "g1" },
  treatment: { delaySeconds: 5, intervalSeconds: 30, timesMax: 3, texts: { en: "{position}", ja: "順番", de: "Nummer" } },
  closed: { action: "WAIT", texts: { en: "Closed" } },
  emergency: { action: "OVERFLOW", queue: { id: "q2" }, texts: {} },
  overflow: { queue: { id: "q2" }, afterSeconds: 60, texts: { en: "A colleague" } },
  maximumWait: { seconds: 600, action: "DISCONNECT", texts: { en: "Sorry" } },
  shortAbandonSeconds: 5,
};
/** Everything that the wire has for a queue, as the server shows it. */
const QUEUE = {
  id: "q1",
  name: "Support",
  description: "d",
  division: { id: "home", name: "Home" },
  dateModified: "2026-11-29T07:30:22.182Z",
  selfUri: "/api/v2/routing/queues/q1",
  memberCount: 3,
  skillEvaluationMethod: "BEST",
  scoringMethod: "PriorityOnly",
  agentSelectionMethod: "RoundRobin",
  lastAgentRoutingMode: "AnyAgent",
  lastAgentWaitSeconds: 12.5,
  enableManualAssignment: true,
  routingRules: [{ operator: "MEETS_THRESHOLD", threshold: 80, waitSeconds: 30 }, { operator: "ANY", waitSeconds: 5 }],
  bullseye: {
    rings: [
      {
        expansionCriteria: [{ type: "TIMEOUT_SECONDS", threshold: 45 }],
        actions: { skillsToRemove: [{ id: "s1", name: "French", selfUri: "/api/v2/routing/skills/s1" }] },
      },
      { expansionCriteria: [{ type: "TIMEOUT_SECONDS", threshold: 90.5 }], memberGroups: [{ id: "t1", type: "TEAM" }] },
      {},
    ],
  },
  memberGroups: [{ id: "k1", type: "SKILLGROUP", name: "Beginners", division: { id: "home" }, memberCount: 4 }],
  conditionalGroupRouting: { rules: [{ metric: "EstimatedWaitTime", groups: [{ id: "k2", type: "SKILLGROUP" }] }] },
  directRouting: {
    backupQueueId: "q2",
    waitForAgent: true,
    agentWaitSeconds: 300,
    messageMediaSettings: { useAgentAddressOutbound: true },
  },
  mediaSettings: {
    call: { alertingTimeoutSeconds: 8 },
    message: {
      alertingTimeoutSeconds: 25,
      enableAutoAnswer: true,
      serviceLevel: { percentage: 0.825, durationMs: 20_500 },
      subTypeSettings: { whatsapp: { enableAutoAnswer: false } },
      enableInactivityTimeout: true,
    },
  },
  messageHandling: { declineAction: "NOT_RESPONDING", parkAfterSeconds: 600, returnWaitSeconds: 0 },
  acwSettings: { wrapupPrompt: "MANDATORY_TIMEOUT", timeoutMs: 90_500 },
  defaultScripts: { call: { id: "x" } },
  outboundMessagingAddresses: { smsAddress: { id: "a" } },
  peerId: "p",
  inQueue: IN_QUEUE,
};
const MEMBERS = [
  { id: "u1", name: "Aoi", user: { title: "Agent" }, ringNumber: 1, joined: true, memberBy: "user" },
  { id: "u2", name: "Ben", user: { email: "ben@x" }, ringNumber: 3, joined: false, memberBy: "user" },
  { id: "u3", name: "Chie", user: {}, ringNumber: 2, joined: true, memberBy: "group" },
];

/** The API with one queue, noting what it is asked; `refuses` names the calls that fail. */
function fakeApi(refuses = {}, queue = QUEUE) {
  const calls = [];
  const answers = {
    queue: () => queue,
    queuePage: () => ({ entities: [queue, { id: "q2", name: "Sales" }] }),
    queueMembers: (_, page) => ({ entities: page === 1 ? MEMBERS.slice(0, 2) : MEMBERS.slice(2), pageCount: 2 }),
    queueStanding: () => ({ standing: "open" }),
    scheduleGroups: () => ({ entities: [{ id: "g1", name: "Hours", timeZone: "Asia/Tokyo" }] }),
    emergencyGroups: () => ({ entities: [] }),
    changeQueue: (id, body) => ({ ...body, id }),
    createQueue: (body) => ({ ...body, id: "q9" }),
  };
  const get = (_, name) => async (...values) => {
    calls.push([name, ...values]);
    const refusal = typeof refuses[name] === "function" ? refuses[name](...values) : refuses[name];
    if (refusal) throw refusal;
    return answers[name]?.(...values);
  };
  const writes = () => calls.filter(([name]) => /^(create|change|add|remove|delete)/.test(name));
  return { api: new Proxy({}, { get }), calls, writes };
}

test("what the form does not show, and what nobody changed, stays as it was", () => {
  assert.deepEqual(queueOf(valuesOf(QUEUE), QUEUE), QUEUE);
  const plain = {
    id: "q",
    name: "Plain",
    description: "",
    memberGroups: [],
    routingRules: [],
    acwSettings: { wrapupPrompt: "OPTIONAL" },
    mediaSettings: { message: { alertingTimeoutSeconds: 30, serviceLevel: { percentage: 0.8, durationMs: 20_000 } } },
  };
  assert.deepEqual(queueOf(valuesOf(plain), plain), plain);
  for (const directRouting of [{ backupQueueId: "q2" }, { waitForAgent: false, agentWaitSeconds: 5 }, {
    waitForAgent: true,
  }]) {
    const queue = { ...plain, directRouting };
    assert.deepEqual(queueOf(valuesOf(queue), queue), queue);
  }
});

test("each field reaches its member of the wire, in the wire's unit", () => {
  const changed = (change, queue = QUEUE) => queueOf({ ...valuesOf(queue), ...change }, queue);
  const asked = changed({ alert: "40", percentage: "90", levelSeconds: "60", autoAnswer: false });
  assert.deepEqual(asked.mediaSettings.message, {
    ...QUEUE.mediaSettings.message,
    alertingTimeoutSeconds: 40,
    enableAutoAnswer: false,
    serviceLevel: { percentage: 0.9, durationMs: 60_000 },
  });
  assert.equal(changed({ percentage: "56.7" }).mediaSettings.message.serviceLevel.percentage, 0.567);
  assert.deepEqual(changed({ decline: "STAY_AVAILABLE", parkAfter: "", returnWait: "5" }).messageHandling, {
    declineAction: "STAY_AVAILABLE",
    returnWaitSeconds: 5,
  });
  assert.deepEqual(changed({ wrapup: "MANDATORY_FORCED_TIMEOUT", wrapupSeconds: "45" }).acwSettings, {
    wrapupPrompt: "MANDATORY_FORCED_TIMEOUT",
    timeoutMs: 45_000,
  });
  assert.deepEqual(changed({ wrapup: "MANDATORY" }).acwSettings, { wrapupPrompt: "MANDATORY" }, "which has no time");
  assert.equal("lastAgentWaitSeconds" in changed({ lastAgentWait: "" }), false);
  assert.equal(changed({ selection: "LeastOccupied" }, {}).agentSelectionMethod, "LeastOccupied");
  const direct = { isOn: true, seconds: "60", backup: "" };
  assert.deepEqual(changed({ direct: { ...direct, wait: "none" } }, {}).directRouting, { waitForAgent: false });
  assert.deepEqual(changed({ direct: { ...direct, wait: "forever" } }, {}).directRouting, { waitForAgent: true });
  assert.deepEqual(changed({ direct: { ...direct, wait: "time" } }, {}).directRouting, {
    waitForAgent: true,
    agentWaitSeconds: 60,
  });
  assert.equal("directRouting" in changed({ direct: { ...direct, isOn: false } }), false);
});

test("preferred agents are asked step by step; a step for everybody stays as it is", () => {
  const form = new QueueForm(fakeApi().api, QUEUE);
  form.write("preferred.0.threshold", "70");
  form.addRule();
  assert.deepEqual(queueOf(form.values, QUEUE).routingRules, [
    { operator: "MEETS_THRESHOLD", threshold: 70, waitSeconds: 30 },
    { operator: "ANY", waitSeconds: 5 },
    { operator: "MEETS_THRESHOLD", threshold: 80, waitSeconds: 30 },
  ]);
  form.write("preferred", form.values.preferred.slice(1, 2));
  assert.deepEqual(queueOf(form.values, QUEUE).routingRules, [{ operator: "ANY", waitSeconds: 5 }]);
  for (let count = 0; count < 9; count += 1) form.addRule();
  assert.equal(form.values.preferred.length, 6);
});

test("rings keep what they have; without rings their groups are asked from the start", () => {
  const values = valuesOf(QUEUE);
  const [first, , last] = values.rings;
  const two = queueOf({ ...values, rings: [{ ...first, timeout: "10" }, last] }, QUEUE);
  assert.deepEqual(two.bullseye.rings[0].expansionCriteria, [{ type: "TIMEOUT_SECONDS", threshold: 10 }]);
  assert.deepEqual(two.bullseye.rings[0].actions, QUEUE.bullseye.rings[0].actions);
  const none = queueOf({ ...values, hasRings: false }, QUEUE);
  assert.equal("bullseye" in none, false);
  assert.deepEqual(none.memberGroups.map(({ id, type }) => [id, type]), [["k1", "SKILLGROUP"], ["t1", "TEAM"]]);
  const fresh = queueOf({ ...valuesOf({}), name: " New ", hasRings: true }, {});
  assert.equal(fresh.name, "New");
  assert.deepEqual(fresh.bullseye.rings.map((ring) => ring.expansionCriteria[0].threshold), [30, 30]);
});

test("a ring that is taken away leaves nobody behind", async () => {
  const form = await QueueForm.open(fakeApi().api, "q1");
  form.removeRing(1);
  assert.equal(form.values.rings.length, 2);
  assert.deepEqual(planOf(form.members, form.values.members).changed, [{ id: "u2", ringNumber: 2 }]);
  assert.deepEqual(form.values.groups.map(({ id, ring }) => [id, ring]), [["k1", 0], ["t1", 1]]);
  form.removeRing(0);
  assert.deepEqual(planOf(form.members, form.values.members).changed, [{ id: "u2", ringNumber: 1 }]);
  form.addRing();
  for (let count = 0; count < 9; count += 1) form.addRing();
  assert.equal(form.values.rings.length, 6);
});

test("people come, go, change their ring and stop taking part; who changes nothing is told to nobody", async () => {
  const { api, writes } = fakeApi();
  const form = await QueueForm.open(api, "q1");
  assert.deepEqual(form.rows.map(({ name, detail }) => `${name} ${detail}`), ["Aoi Agent", "Ben ben@x", "Chie "]);
  const [aoi, ben] = form.rows;
  form.addPeople([{ id: "u4", name: "Dai", detail: "Agent" }, { id: "u5", name: "Eri" }, { id: "u1", name: "Aoi" }]);
  assert.equal(form.rows.filter(({ isNew }) => isNew).length, 2);
  form.changeMember({ id: "u4", name: "Dai" }, { ring: 2 });
  form.changeMember({ id: "u5", name: "Eri" }, { isIn: false });
  form.changeMember(aoi, { isIn: false });
  assert.equal(form.rows.find(({ id }) => id === "u1").isRemoved, true, "and stays in sight");
  form.changeMember(ben, { joined: true });
  assert.equal(await form.save(), true);
  assert.deepEqual(writes().map(([name, , body]) => [name, name === "changeQueue" ? undefined : body]), [
    ["changeQueue", undefined],
    ["addQueueMembers", [{ id: "u4" }]],
    ["removeQueueMembers", [{ id: "u1" }]],
    ["changeQueueMembers", [{ id: "u4", ringNumber: 2 }, { id: "u2", joined: true }]],
  ]);
  assert.equal(form.isDirty, false);

  form.changeMember(aoi, { isIn: false });
  form.changeMember(aoi, { isIn: true });
  assert.equal(form.isDirty, false, "a change that was taken back is none");
});

test("people are put into a ring, whether they were in the queue or not", async () => {
  const form = await QueueForm.open(fakeApi().api, "q1");
  form.changeMember(form.rows[0], { isIn: false });
  form.addPeople([{ id: "u1", name: "Aoi" }, { id: "u2", name: "Ben" }, { id: "u4", name: "Dai" }], { ring: 2 });
  assert.deepEqual(planOf(form.members, form.values.members), {
    added: [{ id: "u4" }],
    removed: [],
    changed: ["u1", "u2", "u4"].map((id) => ({ id, ringNumber: 2 })),
  });
});

test("a hundred people go in one request, and no more", async () => {
  const { api, writes } = fakeApi();
  const form = await QueueForm.open(api, "q1");
  form.addPeople(Array.from({ length: 250 }, (_, index) => ({ id: `n${index}`, name: `N${index}` })));
  await form.save();
  const added = writes().filter(([name]) => name === "addQueueMembers").map(([, , people]) => people.length);
  assert.deepEqual(added, [100, 100, 50]);
});

test("a new queue is made before its people are put in; what fails is kept and tried again", async () => {
  const refuses = { addQueueMembers: new ApiError(0, "no.answer", "") };
  const { api, writes } = fakeApi(refuses, { id: "q9", name: "Returns" });
  const form = QueueForm.blank(api);
  assert.equal(await form.save(), false);
  assert.equal(form.problem("name"), "form.missing");
  form.write("name", "Returns");
  form.addPeople([{ id: "u4", name: "Dai" }]);
  assert.equal(await form.save(), false);
  assert.equal(form.id, "q9");
  assert.equal(form.failure.sentence, "queue.failed.members");
  assert.deepEqual(form.others.map(({ id }) => id), ["q2"], "nobody is passed on to where they are");
  assert.equal(form.isDirty, true);
  delete refuses.addQueueMembers;
  assert.equal(await form.save(), true);
  const names = writes().map(([name]) => name);
  assert.deepEqual(names, ["createQueue", "addQueueMembers", "changeQueue", "addQueueMembers"]);
});

test("nobody overwrites what somebody else has saved meanwhile", async () => {
  const { api, writes } = fakeApi();
  const form = await QueueForm.open(api, "q1");
  form.entity = { ...form.entity, dateModified: "2026-11-29T07:00:00.000Z" };
  form.write("description", "mine");
  assert.equal(await form.save(), false);
  assert.equal(form.failure.isStale, true);
  assert.deepEqual(writes(), []);
});

test("a queue goes with its people; one that may not go says so", async () => {
  const hasMembers = new ApiError(409, "general.conflict", "The queue has members; use forceDelete.");
  const peopled = fakeApi({ deleteQueue: (_, isForced) => !isForced && hasMembers });
  const form = await QueueForm.open(peopled.api, "q1");
  await form.remove();
  assert.deepEqual(peopled.writes(), [["deleteQueue", "q1", false], ["deleteQueue", "q1", true]]);
  const refused = new QueueForm(fakeApi({ deleteQueue: new ApiError(409, "general.conflict", "…") }).api, QUEUE);
  await refused.run(() => refused.remove());
  assert.equal(refused.failure.sentence, "queue.failed.remove");
});

test("a queue that others name is not taken out of their settings without a word", async () => {
  const names = new ApiError(409, "general.conflict", "It is used by: Sales", undefined, { names: "Sales" });
  const { api, writes } = fakeApi({ deleteQueue: (_, isForced) => !isForced && names });
  const form = await QueueForm.open(api, "q1");
  await form.run(() => form.remove());
  assert.deepEqual(form.failure.values, { names: "Sales" });
  assert.deepEqual(writes(), [["deleteQueue", "q1", false]]);
});

test("each field says what is wrong with it, and what the server refuses stands at its field", () => {
  const wrong = {
    "name": [" ", "form.missing"],
    "alert": ["6", "queue.alert.bad"],
    "percentage": ["101", "queue.percentage.bad"],
    "levelSeconds": ["", "queue.levelSeconds.bad"],
    "wrapupSeconds": ["0", "queue.wrapupSeconds.bad"],
    "lastAgentWait": ["3601", "queue.lastAgentWait.bad"],
    "preferred.0.threshold": ["101", "queue.rule.threshold.bad"],
    "preferred.0.wait": ["", "queue.ring.timeout.bad"],
    "rings.0.timeout": ["soon", "queue.ring.timeout.bad"],
    "direct.seconds": ["", "queue.direct.seconds.bad"],
    "parkAfter": ["9", "queue.parkAfter.bad"],
    "returnWait": ["-1", "queue.returnWait.bad"],
  };
  for (const [path, [value, sentence]] of Object.entries(wrong)) {
    const form = new QueueForm(fakeApi().api, QUEUE);
    assert.equal(form.firstProblem, undefined);
    form.write(path, value);
    assert.equal(form.isWrongIn(path), false, "not before it was left");
    form.leave(path);
    assert.equal(form.problem(path), sentence, path);
    assert.equal(form.isWrongIn(path.split(".")[0]), true, path);
    assert.equal(Array.isArray(form.values.rings), true);
  }
  const members = {
    "bullseye.rings[1].actions.skillsToRemove[3].id": "rings.1.removed",
    "bullseye.rings": "hasRings",
    "directRouting.backupQueueId": "direct.backup",
    "inQueue.overflow.queue.id": "overflow.queue",
    "inQueue.maximumWait.queue.id": "maximum.queue",
    "inQueue.closed.texts.ja": "closed.texts.ja",
    "inQueue.scheduleGroup.id": "scheduleGroup",
    "mediaSettings.message.serviceLevel.percentage": "percentage",
    "routingRules[1].threshold": "preferred.1.threshold",
    "name": "name",
  };
  for (const [member, path] of Object.entries(members)) assert.equal(pathOfMember(member), path);
  assert.equal(pathOfMember(undefined), undefined);
});

test("what is picked is found by name or detail, in any case and width; what is there is not offered", async () => {
  const HANA = { id: "1", name: "Ｈana", detail: "Agent" };
  const picked = [];
  const picker = new Picker({
    find: findIn(async () => [HANA, { id: "2", name: "Kenji" }, { id: "3", name: "Alex" }]),
    isTaken: ({ id }) => id === "3",
    onPick: (items) => picked.push(...items.map(({ id }) => id)),
  });
  await picker.load();
  assert.deepEqual(picker.items.map(({ id }) => id).sort(), ["1", "2"]);
  assert.equal(picker.takeOnly(), false);
  picker.text = "hana a";
  await picker.load();
  assert.deepEqual(picker.items, [HANA]);
  assert.equal(picker.takeOnly(), true);
  assert.equal(picker.takeOnly(), false, "it is taken already");
  picker.text = "ken";
  await picker.load();
  picker.toggle(picker.items[0]);
  picker.toggle(picker.items[0]);
  picker.finish();
  assert.deepEqual(picked, ["1"], "what was chosen for other words stays chosen");
});

test("of what is found only the newest answer counts; what is not shown is counted, a failure is said", async () => {
  const answers = [];
  const picker = new Picker({ find: () => new Promise((...both) => answers.push(both)), isTaken: () => false });
  const first = picker.load();
  picker.text = "b";
  const second = picker.load();
  answers[1][0]({ items: [{ id: "b", name: "B" }], total: 31 });
  answers[0][0]({ items: [{ id: "a", name: "A" }], total: 1 });
  await Promise.all([first, second]);
  assert.deepEqual([picker.items[0].id, picker.hiddenCount, picker.isLoading], ["b", 30, false]);
  const third = picker.load();
  answers[2][1](new Error("x"));
  await third;
  assert.deepEqual([picker.hasFailed, picker.items.length], [true, 0]);
});

test("lists are read to their end, by pages and by places", async () => {
  const paged = await pagesOf(async (page) => ({ entities: [page], pageCount: 3 }));
  assert.deepEqual(paged, [1, 2, 3]);
  const first = { entities: [1], nextUri: "/api/v2/teams?pageSize=1&after=a%2Bb" };
  const answers = { none: first, "a+b": { entities: [2] } };
  assert.deepEqual(await placesOf(async (after = "none") => answers[after]), [1, 2]);
});

test("what a queue does with those who wait is shown and stored as it is, with languages that are not shown", () => {
  assert.deepEqual(inQueueOf(inQueueValuesOf(IN_QUEUE), IN_QUEUE), IN_QUEUE);
  assert.deepEqual(inQueueOf(inQueueValuesOf({}), {}), {});
  const once = { treatment: { delaySeconds: 0, timesMax: 1, texts: { en: "Hold on" } } };
  assert.deepEqual(inQueueOf(inQueueValuesOf(once), once), once);
});

test("a queue's form says what is missing, in which order a customer is told, and saves all of the queue", async () => {
  const { api, calls } = fakeApi();
  const form = new QueueForm(api, QUEUE);
  assert.deepEqual(form.story("en").map(({ at, text }) => [at, text]), [[5, "{position}"], [60, "A colleague"],
    [600, "Sorry"]]);
  assert.equal(form.firstProblem, undefined);
  const after = form.read("overflow.after");
  form.write("overflow.after", "");
  assert.deepEqual(form.story("en").map(({ at }) => at), [5, 600], "by the estimated wait nobody knows when");
  form.write("overflow.after", after);
  const wrong = {
    "treatment.delay": ["soon", "inQueue.seconds.bad"],
    "treatment.interval": ["4", "inQueue.seconds.bad"],
    "treatment.times": ["0", "inQueue.times.bad"],
    "overflow.queue": ["", "inQueue.queue.missing"],
    "overflow.after": ["", "inQueue.after.missing"],
    "emergency.queue": ["", "inQueue.queue.missing"],
    "inactivity": ["5", "inQueue.seconds.bad"],
    "closed.texts.ja": ["あ".repeat(700), "inQueue.text.long"],
  };
  for (const [path, [value, sentence]] of Object.entries(wrong)) {
    const before = form.read(path);
    form.write(path, value);
    assert.equal(form.problems[path], sentence, path);
    form.write(path, before);
  }
  form.write("overflow.isOn", false);
  assert.equal(await form.save(), true);
  const [, id, body] = calls.find(([name]) => name === "changeQueue");
  assert.equal(id, "q1");
  assert.equal(body.description, "d");
  assert.equal("overflow" in body.inQueue, false);
  assert.equal(body.inQueue.treatment.texts.de, "Nummer");
});
