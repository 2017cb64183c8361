import { factorSentences } from "./prediction-words.js";

/**
 * A decision of routing as sentences: names of strings with their values, so that each language says them whole.
 * Pure functions; times stay numbers, and whoever shows them formats them.
 *
 * @typedef {import("./decisions.js").Decision} Decision
 * @typedef {{key: string, values?: Record<string, string | number>, at?: number, names?: string[],
 *   parts?: Sentence[], channel?: string, day?: number}} Sentence `parts`: what is listed in it; `channel`: named in
 *   it; `day`: a time that is of another day more often than not
 */

/** In the order in which an agent counts under the first that holds. */
export const OBSTACLES = ["notJoined", "notYetAsked", "notOnQueue", "atCapacity", "labelFull", "paused"];

const REASONS = [
  "lastAgent", "directAgent", "preferredAgent", "bestSkills", "predictive", "longestIdle", "roundRobin",
  "leastOccupied",
];

/** @param {Decision} decision @param {string} userId who reads it: "you" and not a name */
export function whySentence(decision, userId) {
  const { reason = "", agent } = decision.outcome;
  const known = REASONS.includes(reason) ? reason : "other";
  const who = agent?.id === userId ? "you" : "they";
  return { key: `why.${known}.${who}`, values: { name: agent?.name ?? "" } };
}

/** Why this agent: the reason, who else was there, who was not. @param {Decision} decision @param {string} userId */
export function assignedSentences(decision, userId) {
  const others = othersOf(decision);
  return [
    whySentence(decision, userId),
    ...factorSentences(decision, decision.outcome.agent?.id, userId),
    ...whoIsThere(decision),
    ...(others ? [{ key: "why.others", values: { count: others } }] : []),
    ...leftOut(decision),
  ];
}

/** Who else could have it; of many candidates only the best are named. @param {Decision} decision */
function othersOf({ candidates, excluded, memberCount, method }) {
  const named = Math.max(candidates.length - 1, 0);
  if (!["members", "rings", "groups"].includes(method.audience)) return named;
  // Those who take no part are not among the members.
  const left = Object.entries(excluded).reduce((sum, [reason, count]) => reason === "notJoined" ? sum : sum + count, 0);
  return Math.max(memberCount - left - 1, named);
}

/** Why it waits: who is there, why none of them can take it, where it stands, what happens next. @param {Decision} d */
export function waitingSentences(d) {
  if (d.outcome.reason === "queueClosed") return closedSentences(d);
  if (d.outcome.type === "offered") {
    const { id, name = "" } = d.outcome.agent ?? {};
    return [{ key: "waiting.offered", values: { name } }, ...factorSentences(d, id, ""), ...whoIsThere(d)];
  }
  return [
    ...whoIsThere(d),
    ...leftOut(d),
    ...(d.position && d.position > 1 ? [{ key: "waiting.position", values: { count: d.position - 1 } }] : []),
    next(d),
  ];
}

/** The queue does not serve: whoever is there, nobody is asked. @param {Decision} decision @returns {Sentence[]} */
function closedSentences({ queueStanding = "", nextChange }) {
  const standing = ["closed", "holiday", "emergency"].includes(queueStanding) ? queueStanding : "closed";
  const opens = nextChange?.type === "queueOpens" ? Date.parse(nextChange.date) : undefined;
  return [
    { key: `waiting.closed.${standing}` },
    opens === undefined ? { key: "waiting.next.serves" } : { key: "waiting.next.queueOpens", day: opens },
  ];
}

/** @param {Decision} decision @returns {Sentence[]} */
function whoIsThere(decision) {
  const { memberCount: total, skills, skillHolders, skilledCount = 0, excluded } = decision;
  if (!total) return [{ key: excluded.notJoined ? "waiting.nobodyTakesPart" : "waiting.noMembers" }];
  const asked = decision.method.skillEvaluationMethod === "ALL" && skills.length > 0;
  if (!asked) return [{ key: "waiting.members", values: { count: total } }];
  if (skills.length > 1) {
    const names = skills.map(nameOf);
    return [{ key: "waiting.skilled", values: { count: skilledCount, total }, names }];
  }
  const count = skillHolders[0]?.count ?? skilledCount;
  const key = isLanguage(skills[0]) ? "waiting.speak" : "waiting.have";
  return [{ key, values: { count, total, name: nameOf(skills[0]) } }];
}

/** @param {Decision} decision @returns {Sentence[]} */
function leftOut({ excluded, method }) {
  return OBSTACLES.filter((obstacle) => excluded[obstacle] > 0).map((obstacle) => ({
    key: obstacle === "notYetAsked" ? laterKey(method.audience) : `waiting.${obstacle}`,
    values: { count: excluded[obstacle] },
  }));
}

/** Why some are asked later. @param {string} audience */
function laterKey(audience) {
  if (audience === "rings" || audience === "groups") return `waiting.later.${audience}`;
  return ["directAgent", "lastAgent", "preferredAgents"].includes(audience)
    ? `waiting.later.${audience}`
    : "waiting.later.others";
}

/** What it goes on with, where nobody has to come or become free: that alone would not help. */
const ENDS = ["noMembers", "notJoined", "notYetAsked", "lackSkills"];

/** @param {Decision} decision @returns {Sentence} */
function next({ nextChange, outcome, method }) {
  if (!nextChange && method.audience === "directAgent") return { key: "waiting.next.directAgent" };
  if (!nextChange) return { key: `waiting.next.${ENDS.find((end) => end === outcome.reason) ?? "none"}` };
  const { type, date, stage = 0 } = nextChange;
  const known = ["ringOpens", "groupOpens", "othersAsked", "pauseEnds"].includes(type) ? type : "other";
  return { key: `waiting.next.${known}`, values: { stage }, at: Date.parse(date) };
}

/** @param {import("./decisions.js").Reference} ability */
const nameOf = ({ id, name }) => name || id;

/** Languages stand beside skills in what is asked for. @param {import("./decisions.js").Reference} ability */
export const isLanguage = ({ selfUri = "" }) => selfUri.includes("/languages/");
