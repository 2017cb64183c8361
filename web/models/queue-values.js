import { inQueueOf, inQueueValuesOf } from "./in-queue-values.js";

/**
 * A queue as its form holds it: texts for numbers, in the units that people read. What the form does not show stays as
 * it is, and so does what is usual and was never written down.
 *
 * @typedef {Record<string, any>} Json
 */

export const EVALUATIONS = ["ALL", "BEST", "NONE"];
export const SELECTIONS = ["LongestIdle", "RoundRobin", "LeastOccupied"];
export const LAST_AGENTS = ["Disabled", "QueueMembersOnly", "AnyAgent"];
export const SCORINGS = ["TimestampAndPriority", "PriorityOnly"];
export const DECLINES = ["STAY_AVAILABLE", "NOT_RESPONDING"];
export const DIRECT_WAITS = ["none", "time", "forever"];
export const WRAPUPS = ["OPTIONAL", "MANDATORY", "MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT", "AGENT_REQUESTED"];
/** After-call work with these ends by itself. */
export const TIMED_WRAPUPS = WRAPUPS.slice(2);
export const RINGS_MAX = 6;
export const RULES_MAX = 6;
export const REMOVED_MAX = 50;

/** What a new one begins with. */
export const NEW_RING = { timeout: "30", removed: [], from: null };
export const NEW_RULE = { isForAll: false, threshold: "80", wait: "30", from: null };
/** Whom a group of the queue is asked from: everybody's start, or a ring's number. */
const FROM_THE_START = 0;

const text = (/** @type {number | undefined} */ number, factor = 1) =>
  number === undefined ? "" : String(Number((number * factor).toFixed(4)));

/** @param {Json} entity @returns {Json} */
export function valuesOf(entity) {
  const { mediaSettings, messageHandling = {}, acwSettings = {}, inQueue = {} } = entity;
  const { serviceLevel, ...message } = mediaSettings?.message ?? {};
  return {
    name: entity.name ?? "",
    description: entity.description ?? "",
    members: {},
    evaluation: entity.skillEvaluationMethod ?? "ALL",
    scoring: entity.scoringMethod ?? "TimestampAndPriority",
    selection: entity.agentSelectionMethod ?? "LongestIdle",
    lastAgent: entity.lastAgentRoutingMode ?? "QueueMembersOnly",
    lastAgentWait: text(entity.lastAgentWaitSeconds),
    byHand: entity.enableManualAssignment ?? false,
    preferred: (entity.routingRules ?? []).map(ruleValueOf),
    ...ringValuesOf(entity),
    direct: directValuesOf(entity.directRouting ?? {}),
    alert: text(message.alertingTimeoutSeconds ?? 30),
    autoAnswer: message.enableAutoAnswer ?? false,
    percentage: text(serviceLevel?.percentage ?? 0.8, 100),
    levelSeconds: text(serviceLevel?.durationMs ?? 20_000, 1 / 1_000),
    decline: messageHandling.declineAction ?? "STAY_AVAILABLE",
    parkAfter: text(messageHandling.parkAfterSeconds),
    returnWait: text(messageHandling.returnWaitSeconds),
    wrapup: acwSettings.wrapupPrompt ?? "OPTIONAL",
    wrapupSeconds: TIMED_WRAPUPS.includes(acwSettings.wrapupPrompt) ? text(acwSettings.timeoutMs, 1 / 1_000) : "60",
    ...inQueueValuesOf(inQueue),
  };
}

/** @param {Json} rule @param {number} from its place among the rules that are stored */
const ruleValueOf = ({ operator, threshold, waitSeconds }, from) => ({
  isForAll: operator === "ANY",
  threshold: text(threshold),
  wait: text(waitSeconds),
  from,
});

/** @param {Json} entity */
function ringValuesOf({ bullseye, memberGroups = [] }) {
  const rings = bullseye?.rings ?? [];
  const placed = (/** @type {Json[]} */ groups, /** @type {number} */ ring) =>
    groups.map(({ id, type = "SKILLGROUP", name = "", memberCount = 0 }) => ({ id, type, name, memberCount, ring }));
  return {
    hasRings: rings.length > 0,
    rings: rings.length ? rings.map(ringValueOf) : [NEW_RING, NEW_RING],
    groups: [
      ...placed(memberGroups, FROM_THE_START),
      ...rings.flatMap((/** @type {Json} */ ring, /** @type {number} */ index) =>
        placed(ring.memberGroups ?? [], index + 1)),
    ],
  };
}

/** @param {Json} ring @param {number} from its place among the rings that are stored */
function ringValueOf(ring, from) {
  const removed = ring.actions?.skillsToRemove ?? [];
  return {
    timeout: text(ring.expansionCriteria?.[0]?.threshold),
    removed: removed.map((/** @type {Json} */ skill) => ({ id: skill.id, name: skill.name ?? skill.id })),
    from,
  };
}

/** @param {Json} direct */
function directValuesOf(direct) {
  const { waitForAgent, agentWaitSeconds, backupQueueId = "" } = direct;
  return {
    isOn: Object.keys(direct).length > 0,
    wait: !waitForAgent ? "none" : agentWaitSeconds === undefined ? "forever" : "time",
    seconds: text(agentWaitSeconds ?? 60),
    backup: backupQueueId,
  };
}

// Back to the wire

/** What is wanted, or what was there if that says the same. */
const kept = (/** @type {any} */ earlier, /** @type {any} */ usual, /** @type {any} */ wanted) =>
  (earlier ?? usual) === wanted ? earlier : wanted;

/** A number of the wire from a text, or what was there if the text is its own. */
function number(/** @type {string} */ written, /** @type {number | undefined} */ earlier, factor = 1) {
  const wanted = written.trim();
  if (wanted === text(earlier, factor)) return earlier;
  return wanted ? Number((Number(wanted) / factor).toFixed(6)) : undefined;
}

/**
 * Nothing for an object that says nothing, unless it was there before.
 *
 * @param {Json} object @param {unknown} earlier
 */
const unlessEmpty = (object, earlier) =>
  earlier !== undefined || Object.values(object).some((value) => value !== undefined) ? object : undefined;

/** @param {Json} values @param {Json} earlier the queue as it is stored @returns {Json} */
export function queueOf(values, earlier) {
  const { messageHandling = {}, acwSettings = {} } = earlier;
  const isTimed = TIMED_WRAPUPS.includes(values.wrapup);
  const inQueue = inQueueOf(values, earlier.inQueue ?? {});
  return JSON.parse(JSON.stringify({
    ...earlier,
    name: values.name.trim(),
    description: kept(earlier.description, "", values.description.trim()),
    skillEvaluationMethod: kept(earlier.skillEvaluationMethod, "ALL", values.evaluation),
    scoringMethod: kept(earlier.scoringMethod, "TimestampAndPriority", values.scoring),
    agentSelectionMethod: kept(earlier.agentSelectionMethod, "LongestIdle", values.selection),
    lastAgentRoutingMode: kept(earlier.lastAgentRoutingMode, "QueueMembersOnly", values.lastAgent),
    lastAgentWaitSeconds: number(values.lastAgentWait, earlier.lastAgentWaitSeconds),
    enableManualAssignment: kept(earlier.enableManualAssignment, false, values.byHand),
    routingRules: rulesOf(values.preferred, earlier.routingRules),
    ...ringsOf(values, earlier),
    directRouting: directOf(values.direct, earlier.directRouting),
    mediaSettings: mediaOf(values, earlier.mediaSettings),
    messageHandling: unlessEmpty({
      ...messageHandling,
      declineAction: kept(messageHandling.declineAction, "STAY_AVAILABLE", values.decline),
      parkAfterSeconds: number(values.parkAfter, messageHandling.parkAfterSeconds),
      returnWaitSeconds: number(values.returnWait, messageHandling.returnWaitSeconds),
    }, earlier.messageHandling),
    acwSettings: unlessEmpty({
      ...acwSettings,
      wrapupPrompt: kept(acwSettings.wrapupPrompt, "OPTIONAL", values.wrapup),
      timeoutMs: isTimed ? number(values.wrapupSeconds, acwSettings.timeoutMs, 1 / 1_000) : undefined,
    }, earlier.acwSettings),
    inQueue: Object.keys(inQueue).length ? inQueue : undefined,
  }));
}

/** A rule that lets everybody in stays as it is. @param {Json[]} rules @param {Json[] | undefined} earlier */
function rulesOf(rules, earlier) {
  if (!rules.length) return earlier && [];
  return rules.map(({ isForAll, threshold, wait, from }) => {
    const old = earlier?.[from] ?? { operator: "MEETS_THRESHOLD" };
    return isForAll ? old
      : { ...old, threshold: number(threshold, old.threshold), waitSeconds: number(wait, old.waitSeconds) };
  });
}

/**
 * A list, or the one that was there if it names the same.
 *
 * @param {Json[]} wanted @param {Json[] | undefined} earlier
 */
function keptList(wanted, earlier) {
  const idsOf = (/** @type {Json[]} */ list) => list.map(({ id }) => id).join();
  return idsOf(wanted) === idsOf(earlier ?? []) ? earlier : wanted;
}

/** @param {Json} values @param {Json} earlier */
function ringsOf(values, earlier) {
  const before = earlier.bullseye?.rings ?? [];
  const groupsOf = (/** @type {number} */ ring) =>
    values.groups.filter((/** @type {Json} */ group) => !values.hasRings || group.ring === ring)
      .map(({ id, type, name, memberCount }) => ({ id, type, name, memberCount }));
  const rings = values.hasRings ? values.rings.map((/** @type {Json} */ ring, /** @type {number} */ index) => {
    const old = before[ring.from] ?? {};
    return {
      ...old,
      expansionCriteria: ring.timeout.trim() === text(old.expansionCriteria?.[0]?.threshold) ? old.expansionCriteria
        : [{ type: "TIMEOUT_SECONDS", threshold: Number(ring.timeout) }],
      actions: unlessEmpty({
        ...old.actions,
        skillsToRemove: keptList(ring.removed, old.actions?.skillsToRemove),
      }, old.actions),
      memberGroups: keptList(groupsOf(index + 1), old.memberGroups),
    };
  }) : undefined;
  return {
    bullseye: rings ? { ...earlier.bullseye, rings } : undefined,
    memberGroups: keptList(groupsOf(FROM_THE_START), earlier.memberGroups),
  };
}

/** @param {Json} direct @param {Json | undefined} earlier */
function directOf(direct, earlier = {}) {
  if (!direct.isOn) return undefined;
  const isWaited = direct.wait !== "none";
  return {
    ...earlier,
    backupQueueId: direct.backup || undefined,
    waitForAgent: isWaited || (earlier.waitForAgent === undefined && direct.backup ? undefined : false),
    agentWaitSeconds: direct.wait === "time" ? number(direct.seconds, earlier.agentWaitSeconds)
      : isWaited ? undefined : earlier.agentWaitSeconds,
  };
}

/** @param {Json} values @param {Json | undefined} earlier */
function mediaOf(values, earlier) {
  const message = earlier?.message ?? {};
  const level = message.serviceLevel ?? {};
  const [percentage, durationMs] = [
    number(values.percentage, level.percentage ?? 0.8, 100),
    number(values.levelSeconds, level.durationMs ?? 20_000, 1 / 1_000),
  ];
  return {
    ...earlier,
    message: {
      ...message,
      enableAutoAnswer: kept(message.enableAutoAnswer, false, values.autoAnswer),
      alertingTimeoutSeconds: number(values.alert, message.alertingTimeoutSeconds ?? 30),
      serviceLevel: { ...level, percentage, durationMs },
    },
  };
}
