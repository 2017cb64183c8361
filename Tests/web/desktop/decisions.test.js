import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { timeOfDay, weekday } from "../../../web/lib/format.js";
import { i18n } from "../../../web/lib/i18n.js";
import { say } from "../../../web/lib/sentence.js";
import { assignedSentences, waitingSentences } from "../../../web/models/decision-words.js";
import { Decisions } from "../../../web/models/decisions.js";
import { factorSentences } from "../../../web/models/prediction-words.js";

const words = (language) =>
  JSON.parse(readFileSync(new URL(`../../../web/i18n/${language}.json`, import.meta.url), "utf8"));
const japanese = { id: "j", name: "Japanese", selfUri: "/api/v2/routing/languages/j" };
const billing = { id: "b", name: "Billing", selfUri: "/api/v2/routing/skills/b" };

/** @returns {import("../../../web/models/decisions.js").Decision} */
const decision = (fields = {}) => ({
  dateDecided: "2026-05-01T09:00:00.000Z",
  dateLast: "2026-05-01T09:00:00.000Z",
  count: 1,
  communicationId: "leg",
  queue: { id: "q", name: "Support" },
  dateWaitingSince: "2026-05-01T09:00:00.000Z",
  requestedSkills: [japanese],
  skills: [japanese],
  priority: 0,
  method: { audience: "rings", skillEvaluationMethod: "ALL", selection: "longestIdle" },
  stage: 1,
  stageCount: 2,
  position: 1,
  memberCount: 8,
  skilledCount: 3,
  skillHolders: [{ skill: japanese, count: 3 }],
  excluded: { notYetAsked: 0, lackSkills: 5, notOnQueue: 0, atCapacity: 2, labelFull: 0, paused: 1 },
  excludedAgents: [],
  candidates: [],
  nextChange: { type: "ringOpens", date: "2026-05-01T09:05:30.000Z", stage: 2 },
  outcome: { type: "nobody", reason: "paused" },
  ...fields,
});

test("why it waits is said in sentences of both languages", () => {
  i18n.use("en", words("en"));
  const time = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit", second: "2-digit" }).format(
    new Date("2026-05-01T09:05:30.000Z"),
  );
  assert.deepEqual(waitingSentences(decision()).map(say), [
    "3 of 8 agents speak Japanese.",
    "2 are at capacity.",
    "1 declined a moment ago or did not answer.",
    `At ${time} ring 2 opens.`,
  ]);
  i18n.use("ja", words("ja"));
  assert.equal(say(waitingSentences(decision())[0]), "8人のうちJapaneseに対応できるのは3人です。");
});

test("several skills, a place in line, nobody at all, and one who is asked now", () => {
  i18n.use("en", words("en"));
  const many = waitingSentences(
    decision({ skills: [billing, japanese], skilledCount: 1, position: 4, nextChange: undefined }),
  ).map(say);
  assert.equal(many[0], "1 of 8 agents has all that is asked for: Billing and Japanese.");
  assert.deepEqual(many.slice(-2), [
    "3 conversations are before it in line.",
    "It goes on as soon as an agent goes on queue or becomes free.",
  ]);
  const none = decision({ memberCount: 0, excluded: {}, nextChange: undefined });
  assert.equal(say(waitingSentences(none)[0]), "No agent belongs to this queue.");
  const offered = decision({ outcome: { type: "offered", agent: { id: "aki", name: "Aki" } } });
  assert.equal(say(waitingSentences(offered)[0]), "Aki is being asked right now.");
  const loose = decision({ method: { audience: "members", skillEvaluationMethod: "BEST", selection: "longestIdle" } });
  assert.equal(say(waitingSentences(loose)[0]), "8 agents belong to the queue.", "nobody is left out for a skill");
});

test("a closed queue is the reason whoever is there, and says when it opens, with another day named", () => {
  i18n.use("en", words("en"));
  const closed = (queueStanding, date) =>
    waitingSentences(decision({
      queueStanding,
      outcome: { type: "nobody", reason: "queueClosed" },
      nextChange: date && { type: "queueOpens", date },
    })).map(say);
  const date = new Date(2126, 4, 4, 9).toISOString();
  assert.deepEqual(closed("holiday", date), [
    "The queue is closed for a holiday: nobody is asked.",
    `The queue opens: ${weekday(Date.parse(date))} ${timeOfDay(Date.parse(date))}.`,
  ]);
  const now = new Date().toISOString();
  assert.equal(closed("closed", now)[1], `The queue opens: ${timeOfDay(Date.parse(now))}.`);
  assert.deepEqual(closed("emergency"), [
    "The queue is closed for an emergency: nobody is asked.",
    "It goes on as soon as the queue serves again.",
  ]);
  assert.equal(closed("newer")[0], "The queue is closed: nobody is asked.");
  i18n.use("ja", words("ja"));
  assert.equal(closed("emergency")[0], "キューは緊急停止中のため、だれにも声をかけていません。");
});

test("what it goes on with is what the last hurdle says, not that somebody becomes free", () => {
  i18n.use("en", words("en"));
  const said = (reason, fields = {}) =>
    waitingSentences(decision({ outcome: { type: "nobody", reason }, nextChange: undefined, ...fields })).map(say);
  const lacking = { excluded: { lackSkills: 8 }, skilledCount: 0, skills: [billing, japanese] };
  assert.deepEqual(said("lackSkills", lacking), [
    "0 of 8 agents have all that is asked for: Billing and Japanese.",
    "It goes on as soon as an agent of the queue has all that is asked for.",
  ]);
  assert.deepEqual(said("notJoined", { memberCount: 0, excluded: { notJoined: 1 } }), [
    "Nobody takes part in this queue now.",
    "1 belongs to the queue without taking part now.",
    "It goes on as soon as somebody takes part in the queue again.",
  ]);
  const nobody = said("noMembers", { memberCount: 0, excluded: {} });
  assert.equal(nobody[1], "It goes on as soon as an agent belongs to the queue.");
  const direct = { method: { audience: "directAgent", skillEvaluationMethod: "ALL", selection: "longestIdle" } };
  assert.equal(said("notOnQueue", direct).at(-1), "It goes on as soon as the agent for whom it is can take it.");
  assert.equal(said("atCapacity").at(-1), "It goes on as soon as an agent goes on queue or becomes free.");
});

test("every reason, obstacle and change that the API knows has words, and a newer one is not shown raw", () => {
  for (const language of ["en", "ja"]) {
    i18n.use(language, words(language));
    for (const audience of ["rings", "groups", "directAgent", "lastAgent", "preferredAgents", "members", "newer"]) {
      for (const type of ["ringOpens", "groupOpens", "othersAsked", "pauseEnds", "newer"]) {
        const all = { notYetAsked: 1, lackSkills: 1, notOnQueue: 1, atCapacity: 1, labelFull: 1, paused: 1 };
        const said = decision({
          excluded: { notJoined: 1, ...all },
          method: { audience, skillEvaluationMethod: "ALL", selection: "longestIdle" },
          nextChange: { type, date: "2026-05-01T09:05:30.000Z", stage: 2 },
        });
        for (const sentence of waitingSentences(said)) assert.ok(i18n.has(sentence.key), sentence.key);
      }
    }
    for (const reason of ["notJoined", "notYetAsked", "lackSkills", "noMembers", "paused", "newer"]) {
      const said = decision({ outcome: { type: "nobody", reason }, nextChange: undefined });
      for (const sentence of waitingSentences(said)) assert.ok(i18n.has(sentence.key), sentence.key);
    }
    for (const reason of ["lastAgent", "directAgent", "preferredAgent", "bestSkills", "longestIdle", "newer"]) {
      const outcome = { type: "assigned", reason, agent: { id: "aki", name: "Aki" } };
      for (const reader of ["aki", "ben"]) {
        for (const { key } of assignedSentences(decision({ outcome }), reader)) assert.ok(i18n.has(key), key);
      }
    }
  }
});

test("why this agent: you or the name, who else could have it, and who could not", () => {
  i18n.use("en", words("en"));
  const candidate = (id) => ({ agent: { id, name: id }, idleSince: "2026-05-01T08:00:00.000Z", interactionCount: 0 });
  const assigned = decision({
    outcome: { type: "assigned", reason: "longestIdle", agent: { id: "aki", name: "Aki" }, participantId: "p" },
    excluded: { notJoined: 2, notYetAsked: 0, lackSkills: 5, notOnQueue: 0, atCapacity: 1, labelFull: 0, paused: 0 },
    candidates: [candidate("aki"), candidate("ben")],
  });
  assert.deepEqual(assignedSentences(assigned, "aki").map(say), [
    "You were free the longest",
    "3 of 8 agents speak Japanese.",
    "1 other agent could have taken it.",
    "2 belong to the queue without taking part now.",
    "1 is at capacity.",
  ]);
  assert.equal(say(assignedSentences(assigned, "ben")[0]), "Aki was free the longest");
});

test("a conversation's decisions are read again when somebody came or went, and only then", async () => {
  const outcome = (participantId, state) => ({ type: "assigned", participantId, offer: { state, date: "" } });
  const entities = [
    decision({ id: "3", outcome: outcome("p2", "answered") }),
    decision({ id: "2" }),
    decision({ id: "1", outcome: outcome("p1", "declined") }),
  ];
  let reads = 0;
  const api = { decisions: async () => (reads++, { entities, waiting: undefined }) };
  const decisions = new Decisions(/** @type {any} */ (api), "c");
  decisions.want("a");
  decisions.want("a");
  await decisions.load();
  assert.equal(decisions.of("p2")?.id, "3");
  assert.equal(decisions.of(undefined), undefined);
  assert.deepEqual(decisions.offersBefore("p2").map(({ id }) => id), ["1"]);
  const before = reads;
  decisions.want("b");
  await Promise.resolve();
  assert.equal(reads, before + 1);
});

test("what cannot be read is said to be so", async () => {
  const api = { decisions: () => Promise.reject(new Error("503")) };
  const decisions = new Decisions(/** @type {any} */ (api), "c");
  await decisions.load();
  assert.deepEqual([decisions.isLoaded, decisions.hasFailed, decisions.records], [true, true, []]);
});

test("what a prediction saw is said for and against, as the order of the agents says which is good", () => {
  const factor = (name, effect, value = "") => ({ name, value, effect });
  const candidate = (id, name, value, ...factors) => ({
    agent: { id, name },
    idleSince: "2026-05-01T08:00:00.000Z",
    interactionCount: 0,
    prediction: { value, factors },
  });
  // Fewer transfers are better: what lowers the value speaks for the agent.
  const ranked = decision({
    outcome: { type: "assigned", reason: "predictive", agent: { id: "aki", name: "Aki" }, participantId: "p" },
    predictive: { predictor: { id: "x" }, modelVersion: 1, arm: "predictive" },
    candidates: [
      candidate("aki", "Aki", 0.1, factor("category", -0.3, "topic=billing"), factor("skill", -0.1, "j"),
        factor("load", 0.02), factor("returning", 0.001, "1")),
      candidate("ben", "Ben", 0.6, factor("agent", 0.2), factor("channel", -0.1, "line"), factor("newer", 0.1)),
    ],
  });
  i18n.use("en", words("en"));
  assert.deepEqual(assignedSentences(ranked, "aki").map(say).slice(0, 3), [
    "Past conversations speak for you",
    "This speaks for you: results on the topic “billing” and results where Japanese is needed.",
    "This speaks against you: the number of conversations in hand.",
  ]);
  assert.deepEqual(factorSentences(ranked, "ben", "aki").map(say), [
    "This speaks for Ben: results on the channel LINE.",
    "This speaks against Ben: results overall and other results.",
  ]);
  const offered = { ...ranked, outcome: { type: "offered", agent: { id: "aki", name: "Aki" } } };
  assert.match(say(waitingSentences(offered)[1]), /^This speaks for Aki: /);
  i18n.use("ja", words("ja"));
  assert.equal(
    say(assignedSentences(ranked, "aki")[1]),
    "あなたに有利な点：「billing」に関する会話での実績、「Japanese」が必要な会話での実績。",
  );
  for (const name of ["agent", "queue", "returning", "proficiency", "load", "sameAgent", "skill", "newer"]) {
    const [first, ...others] = ranked.candidates;
    const prediction = { value: 0, factors: [factor(name, -1)] };
    const said = { ...ranked, candidates: [{ ...first, prediction }, ...others] };
    assert.doesNotMatch(factorSentences(said, "aki", "ben").map(say).join(), /factor\./, name);
  }
  // Kept for comparison, or alone: nothing ranked it.
  const base = { ...ranked.predictive, arm: "base" };
  for (const change of [{ predictive: base }, { candidates: ranked.candidates.slice(0, 1) }]) {
    assert.deepEqual(factorSentences({ ...ranked, ...change }, "aki", "aki"), []);
  }
});
