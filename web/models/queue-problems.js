import { inQueueProblems } from "./in-queue-values.js";
import { TIMED_WRAPUPS } from "./queue-values.js";

/** @typedef {Record<string, any>} Json */

/** Whether a text is a number from `least` to `most`; with a fraction only where the wire has one. */
function isNumber(/** @type {string} */ text, least = 0, most = 0, hasFraction = false) {
  const pattern = hasFraction ? /^\d{1,7}(\.\d{1,4})?$/ : /^\d{1,7}$/;
  return pattern.test(text.trim()) && Number(text) >= least && Number(text) <= most;
}

const isNothing = (/** @type {string} */ text) => !text.trim();

/**
 * What is wrong with a queue, by the paths of its form and in the order of the page.
 *
 * @param {Json} values @returns {Record<string, string | undefined>}
 */
export function problemsOf(values) {
  return { ...ownProblems(values), ...inQueueProblems(values) };
}

/** @param {Json} values */
function ownProblems(values) {
  const { direct, preferred, rings, wrapup } = values;
  /** @type {Record<string, string | undefined>} */
  const problems = {};
  const check = (/** @type {string} */ path, /** @type {boolean} */ isRight, sentence = `queue.${path}.bad`) => {
    problems[path] = isRight ? undefined : sentence;
  };
  check("name", Boolean(values.name.trim()), "form.missing");
  check("lastAgentWait", isNothing(values.lastAgentWait) || isNumber(values.lastAgentWait, 0, 3_600, true));
  preferred.forEach((/** @type {Json} */ { isForAll, threshold, wait }, /** @type {number} */ index) => {
    if (isForAll) return;
    check(`preferred.${index}.threshold`, isNumber(threshold, 0, 100), "queue.rule.threshold.bad");
    check(`preferred.${index}.wait`, isNumber(wait, 0, 259_200, true), "queue.ring.timeout.bad");
  });
  if (values.hasRings) {
    // The last ring is never left, so its time says nothing.
    rings.slice(0, -1).forEach((/** @type {Json} */ ring, /** @type {number} */ index) => {
      check(`rings.${index}.timeout`, isNumber(ring.timeout, 0, 259_200, true), "queue.ring.timeout.bad");
    });
  }
  if (direct.isOn && direct.wait === "time") check("direct.seconds", isNumber(direct.seconds, 0, 864_000));
  check("alert", isNumber(values.alert, 7, 3_600));
  check("percentage", isNumber(values.percentage, 0, 100, true));
  check("levelSeconds", isNumber(values.levelSeconds, 0, 2_147_483, true));
  if (TIMED_WRAPUPS.includes(wrapup)) check("wrapupSeconds", isNumber(values.wrapupSeconds, 1, 3_600, true));
  check("parkAfter", isNothing(values.parkAfter) || isNumber(values.parkAfter, 10, 259_200));
  check("returnWait", isNothing(values.returnWait) || isNumber(values.returnWait, 0, 86_400));
  return problems;
}

/** Where members of the wire stand in the form, for what the server refuses. */
const PATHS = /** @type {[RegExp, string][]} */ ([
  [/^bullseye\.rings\[(\d+)\]\.actions/, "rings.$1.removed"],
  [/^bullseye\.rings\[(\d+)\]\.expansionCriteria/, "rings.$1.timeout"],
  [/^bullseye/, "hasRings"],
  [/^routingRules\[(\d+)\]\.threshold/, "preferred.$1.threshold"],
  [/^routingRules\[(\d+)\]\.waitSeconds/, "preferred.$1.wait"],
  [/^directRouting\.backupQueueId/, "direct.backup"],
  [/^directRouting\.agentWaitSeconds/, "direct.seconds"],
  [/^mediaSettings\.message\.alertingTimeoutSeconds/, "alert"],
  [/^mediaSettings\.message\.serviceLevel\.percentage/, "percentage"],
  [/^mediaSettings\.message\.serviceLevel\.durationMs/, "levelSeconds"],
  [/^acwSettings\.timeoutMs/, "wrapupSeconds"],
  [/^messageHandling\.parkAfterSeconds/, "parkAfter"],
  [/^messageHandling\.returnWaitSeconds/, "returnWait"],
  [/^lastAgentWaitSeconds/, "lastAgentWait"],
  [/^inQueue\.maximumWait\.queue.*/, "maximum.queue"],
  [/^inQueue\.(\w+)\.queue.*/, "$1.queue"],
  [/^inQueue\.(scheduleGroup|emergencyGroup).*/, "$1"],
  [/^inQueue\.maximumWait\.texts\.(\w+)$/, "maximum.texts.$1"],
  [/^inQueue\.(\w+)\.texts\.(\w+)$/, "$1.texts.$2"],
]);

/** @param {string | undefined} member as the server names it @returns {string | undefined} */
export function pathOfMember(member = "") {
  const found = PATHS.find(([pattern]) => pattern.test(member));
  return found ? member.match(found[0])?.[0].replace(...found) : member || undefined;
}
