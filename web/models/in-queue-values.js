/**
 * What a queue does with those who wait in it (`inQueue`, a member of ours), as a form holds it: texts for numbers, on
 * and off for what may be absent.
 *
 * @typedef {Record<string, any>} Json
 */

/** Moments at which a queue does not serve. */
export const CLOSURES = ["closed", "holiday", "emergency"];
export const ACTIONS = ["WAIT", "OVERFLOW", "DISCONNECT"];
/** The languages that the form shows; texts in others stay as they are. */
export const LANGUAGES = ["en", "ja"];

const SECONDS_MAX = 2_592_000;
const TEXT_BYTES_MAX = 2_000;

const bytesOf = (/** @type {string} */ text) => new TextEncoder().encode(text).length;
const isSeconds = (/** @type {string} */ text, least = 1, most = SECONDS_MAX) =>
  /^\d{1,7}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;

/** What is wrong, by the paths of the form. @param {Json} values @returns {Record<string, string | undefined>} */
export function inQueueProblems(values) {
  const { treatment, overflow, maximum, inactivity, short } = values;
  /** @type {Record<string, string | undefined>} */
  const problems = {};
  const check = (/** @type {string} */ path, /** @type {boolean} */ isRight, sentence = "inQueue.seconds.bad") => {
    problems[path] = isRight ? undefined : sentence;
  };
  for (const closure of CLOSURES) checkTarget(values[closure], closure, check);
  if (treatment.isOn) {
    check("treatment.delay", isSeconds(treatment.delay, 0, 86_400));
    check("treatment.interval", !treatment.interval.trim() || isSeconds(treatment.interval, 5, 86_400));
    check("treatment.times", isSeconds(treatment.times, 1, 100), "inQueue.times.bad");
  }
  if (overflow.isOn) {
    check("overflow.queue", Boolean(overflow.queue), "inQueue.queue.missing");
    if (overflow.after.trim()) check("overflow.after", isSeconds(overflow.after));
    else check("overflow.after", Boolean(overflow.estimated.trim()), "inQueue.after.missing");
    check("overflow.estimated", !overflow.estimated.trim() || isSeconds(overflow.estimated, 1, 86_400));
  }
  if (maximum.isOn) check("maximum.seconds", isSeconds(maximum.seconds));
  checkTarget(maximum, "maximum", check);
  check("inactivity", !inactivity.trim() || isSeconds(inactivity, 30));
  check("short", !short.trim() || isSeconds(short, 0, 3_600));
  for (const part of ["treatment", ...CLOSURES, "overflow", "maximum"]) {
    for (const language of LANGUAGES) {
      const isShort = bytesOf(values[part].texts[language]) <= TEXT_BYTES_MAX;
      if (values[part].isOn) check(`${part}.texts.${language}`, isShort, "inQueue.text.long");
    }
  }
  return problems;
}

/** @param {Json} part @param {string} path @param {(path: string, isRight: boolean, sentence: string) => void} check */
function checkTarget(part, path, check) {
  if (part.isOn) check(`${path}.queue`, part.action !== "OVERFLOW" || Boolean(part.queue), "inQueue.queue.missing");
}

/**
 * What a customer is told, in the order of time: how many seconds after coming, and what.
 *
 * @param {Json} values @param {string} language
 */
export function storyOf({ treatment, overflow, maximum }, language) {
  const told = [];
  if (treatment.isOn) told.push({ at: Number(treatment.delay), text: treatment.texts[language] });
  // By the estimated wait alone nobody knows when.
  if (overflow.isOn && overflow.after.trim()) {
    told.push({ at: Number(overflow.after), text: overflow.texts[language] });
  }
  if (maximum.isOn) told.push({ at: Number(maximum.seconds), text: maximum.texts[language] });
  const said = told.filter(({ at, text }) => Number.isFinite(at) && text.trim());
  return said.sort((one, other) => one.at - other.at);
}

/** @param {Json} settings @returns {Json} */
export function inQueueValuesOf(settings) {
  const text = (/** @type {number | undefined} */ number) => (number === undefined ? "" : String(number));
  const part = (/** @type {Json | undefined} */ from) => ({
    isOn: Boolean(from),
    texts: Object.fromEntries(LANGUAGES.map((language) => [language, from?.texts?.[language] ?? ""])),
    queue: from?.queue?.id ?? "",
    action: from?.action ?? "WAIT",
  });
  const { treatment, overflow, maximumWait } = settings;
  return {
    scheduleGroup: settings.scheduleGroup?.id ?? "",
    emergencyGroup: settings.emergencyGroup?.id ?? "",
    treatment: {
      ...part(treatment),
      delay: text(treatment?.delaySeconds ?? 10),
      interval: treatment ? text(treatment.intervalSeconds) : "60",
      times: text(treatment?.timesMax ?? 5),
    },
    ...Object.fromEntries(CLOSURES.map((closure) => [closure, part(settings[closure])])),
    overflow: {
      ...part(overflow),
      after: text(overflow?.afterSeconds),
      estimated: text(overflow?.estimatedWaitSeconds),
    },
    maximum: { ...part(maximumWait), seconds: text(maximumWait?.seconds ?? 1_800) },
    inactivity: text(settings.inactivitySeconds),
    short: text(settings.shortAbandonSeconds),
  };
}

/** @param {Json} values @param {Json} earlier what the form does not show stays @returns {Json} */
export function inQueueOf(values, earlier) {
  const number = (/** @type {string} */ text) => (text.trim() ? Number(text) : undefined);
  const texts = (/** @type {Json} */ part, /** @type {Json | undefined} */ before) =>
    Object.fromEntries(Object.entries({ ...before?.texts, ...part.texts }).filter(([, text]) => text.trim()));
  const policy = (/** @type {Json} */ part, /** @type {Json | undefined} */ before) => part.isOn ? {
    action: part.action,
    queue: part.action === "OVERFLOW" ? { id: part.queue } : undefined,
    texts: texts(part, before),
  } : undefined;
  const { treatment, overflow, maximum } = values;
  const settings = {
    scheduleGroup: values.scheduleGroup ? { id: values.scheduleGroup } : undefined,
    emergencyGroup: values.emergencyGroup ? { id: values.emergencyGroup } : undefined,
    treatment: treatment.isOn ? {
      delaySeconds: number(treatment.delay),
      intervalSeconds: number(treatment.interval),
      timesMax: number(treatment.times),
      texts: texts(treatment, earlier.treatment),
    } : undefined,
    ...Object.fromEntries(CLOSURES.map((closure) => [closure, policy(values[closure], earlier[closure])])),
    overflow: overflow.isOn ? {
      queue: { id: overflow.queue },
      afterSeconds: number(overflow.after),
      estimatedWaitSeconds: number(overflow.estimated),
      texts: texts(overflow, earlier.overflow),
    } : undefined,
    maximumWait: maximum.isOn
      ? { seconds: number(maximum.seconds), ...policy(maximum, earlier.maximumWait) } : undefined,
    inactivitySeconds: number(values.inactivity),
    shortAbandonSeconds: number(values.short),
  };
  return JSON.parse(JSON.stringify(settings));
}
