import { i18n, t } from "./i18n.js";
import { stateWords } from "./hours-words.js";
import { clock } from "./clock.js";
import { CLOSURES } from "../models/in-queue-values.js";
import { TIMED_WRAPUPS } from "../models/queue-values.js";

/**
 * A queue in words: what its parts hold, and how a conversation finds its agent.
 *
 * @typedef {import("../models/queue-form.js").QueueForm} QueueForm
 */

const UNITS = /** @type {const} */ ([["hour", 3_600], ["minute", 60], ["second", 1]]);

/** A time in words, such as `1 hour 30 minutes`. @param {number} seconds @param {"long" | "short"} length */
export function timeWords(seconds, length = "long") {
  let rest = seconds;
  const parts = [];
  for (const [unit, size] of UNITS) {
    const count = unit === "second" ? rest : Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || (unit === "second" && !parts.length)) {
      parts.push(new Intl.NumberFormat(i18n.language, { style: "unit", unit, unitDisplay: length }).format(count));
    }
  }
  return new Intl.ListFormat(i18n.language, { type: "unit", style: length }).format(parts);
}

const isNumber = (/** @type {string} */ text) => /^\d+(\.\d+)?$/.test(text.trim());

/** A time that somebody has written, in words; nothing for what is no number. @param {string} text */
const written = (text) => isNumber(text) ? timeWords(Number(text)) : "";

/** What seconds come to, where that is not plain. @param {string} text */
export const unitWords = (text) =>
  isNumber(text) && Number(text) >= 60
    ? t("queue.seconds.words", { time: timeWords(Number(text), "short") }) : t("inQueue.seconds");

/**
 * Who is asked, of the queue or of a ring: how many people, and the groups, whose people only the server knows.
 *
 * @param {QueueForm} form
 */
export function whoWords(form, ring = 0) {
  const count = form.rows.filter((row) =>
    !row.isRemoved && !row.isByGroup && row.joined && (!ring || row.ring === ring)).length;
  const groups = form.values.groups.filter((/** @type {any} */ group) => !ring || (group.ring || 1) === ring);
  const people = count || !groups.length ? [t(count ? "queue.people" : "queue.nobody", { count })] : [];
  const names = groups.map((/** @type {any} */ { name, id }) => name || id);
  return new Intl.ListFormat(i18n.language).format([...people, ...names]);
}

// What the closed parts say

/** @param {QueueForm} form */
export function membersDigest(form) {
  const count = form.rows.filter((row) => !row.isRemoved).length;
  const groups = form.values.groups.length;
  return [
    count || !groups ? t(count ? "queue.people" : "queue.people.none", { count }) : "",
    groups > 0 && t("queue.groups.count", { count: groups }),
  ];
}

/** @param {QueueForm} form */
export function findingDigest({ values }) {
  return [
    t(`queue.evaluation.${values.evaluation}.short`),
    t(`queue.selection.${values.selection}.short`),
    values.preferred.length > 0 && t("queue.preferred.short"),
    values.hasRings && t("queue.rings.count", { count: values.rings.length }),
    values.direct.isOn && t("queue.direct.short"),
    values.byHand && t("queue.byHand.short"),
  ];
}

/** @param {QueueForm} form */
export function askingDigest({ values }) {
  const { autoAnswer, alert, percentage, levelSeconds, wrapup } = values;
  return [
    autoAnswer ? t("queue.autoAnswer.short") : t("queue.alert.short", { time: written(alert) }),
    t("queue.level.short", { percentage, time: written(levelSeconds) }),
    t(`queue.wrapup.${wrapup}.short`),
  ];
}

/** @param {QueueForm} form */
export function hoursDigest({ values, standing, zone }) {
  const isTold = CLOSURES.some((closure) => values[closure].isOn);
  return [
    standing?.state ? stateWords(standing, zone, clock.now()) : t("inQueue.always"),
    isTold && t("queue.closures.short"),
  ];
}

/** @param {QueueForm} form */
export function waitingDigest({ values }) {
  const { treatment, overflow, maximum } = values;
  const isAny = treatment.isOn || overflow.isOn || maximum.isOn;
  return [
    !isAny && t("queue.waiting.none"),
    treatment.isOn && t("queue.treatment.short"),
    overflow.isOn && t("queue.overflow.short"),
    maximum.isOn && t("queue.maximum.short", { time: written(maximum.seconds) }),
  ];
}

// How a conversation finds its agent

/**
 * In the order of time: after how many seconds, and what happens then.
 *
 * @param {QueueForm} form @returns {{at: number, text: string}[]}
 */
export function findingStory(form) {
  const { lastAgent, lastAgentWait, hasRings } = form.values;
  const story = [];
  if (lastAgent !== "Disabled") {
    const isWaited = isNumber(lastAgentWait) && Number(lastAgentWait) > 0;
    const key = `queue.story.lastAgent.${lastAgent}${isWaited ? ".wait" : ""}`;
    story.push({ at: 0, text: t(key, { time: written(lastAgentWait) }) });
  }
  const people = hasRings ? ringStory(form) : [{ at: 0, text: t("queue.story.all", { who: whoWords(form) }) }];
  // What happens at the same moment stands together.
  /** @type {Map<number, string>} */
  const moments = new Map();
  for (const { at, text } of [...story, ...people]) {
    moments.set(at, moments.has(at) ? `${moments.get(at)}\n${text}` : text);
  }
  return [...moments].map(([at, text]) => ({ at, text }));
}

/** @param {QueueForm} form */
function ringStory(form) {
  const { rings } = form.values;
  const story = [];
  let at = 0;
  for (const [index, { timeout }] of rings.entries()) {
    const before = rings[index - 1];
    const values = { ring: index + 1, who: whoWords(form, index + 1) };
    const text = [t(index ? "queue.story.nextRing" : "queue.story.ring", values)];
    if (before?.removed.length) {
      const names = before.removed.map((/** @type {{name: string}} */ skill) => skill.name);
      text.push(t("queue.story.removed", { skills: new Intl.ListFormat(i18n.language).format(names) }));
    }
    story.push({ at, text: text.join("\n") });
    if (!isNumber(timeout)) break;
    at += Number(timeout);
  }
  return story;
}

/** When after-call work is over. @param {string} wrapup */
export const isTimed = (wrapup) => TIMED_WRAPUPS.includes(wrapup);
