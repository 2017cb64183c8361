import { Form } from "./form.js";
import { evaluationOf } from "./opening-hours.js";
import { pagesOf } from "./pages.js";

/**
 * What a queue does with those who wait in it, while somebody edits it.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
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

export class QueueForm extends Form {
  /** Other queues, to which somebody may be passed on. @type {{id: string, name: string}[]} */
  others = [];
  /** Whether it serves now. @type {import("./opening-hours.js").Evaluation | undefined} */
  standing;
  /** @type {{id: string, name: string, timeZone?: string}[]} */
  scheduleGroups = [];
  /** @type {{id: string, name: string}[]} */
  emergencyGroups = [];

  /** @param {PlatformApi} api @param {Json} entity */
  constructor(api, entity) {
    super(valuesOf(entity.inQueue ?? {}));
    this.api = api;
    this.entity = entity;
  }

  /** @param {PlatformApi} api @param {string} id */
  static async open(api, id) {
    const [entity, queues, scheduleGroups, emergencyGroups] = await Promise.all([
      api.queue(id),
      pagesOf(api.queuePage),
      pagesOf(api.scheduleGroups).catch(() => []),
      pagesOf(api.emergencyGroups).catch(() => []),
    ]);
    const form = new QueueForm(api, entity);
    form.others = queues.filter((queue) => queue.id !== id);
    form.scheduleGroups = scheduleGroups;
    form.emergencyGroups = emergencyGroups;
    await form.ask();
    return form;
  }

  /** Asks whether it serves now. Without an answer, everything else is still there. */
  async ask() {
    const standing = await this.api.queueStanding(this.id).catch(() => undefined);
    this.standing = standing && evaluationOf(standing);
  }

  /** The time zone of the hours that are stored. */
  get zone() {
    const id = this.entity.inQueue?.scheduleGroup?.id;
    return this.scheduleGroups.find((group) => group.id === id)?.timeZone;
  }

  get id() {
    return this.entity.id;
  }

  get problems() {
    const { treatment, overflow, maximum, inactivity, short } = this.values;
    /** @type {Record<string, string | undefined>} */
    const problems = {};
    const check = (/** @type {string} */ path, /** @type {boolean} */ isRight, sentence = "inQueue.seconds.bad") => {
      problems[path] = isRight ? undefined : sentence;
    };
    if (treatment.isOn) {
      check("treatment.delay", isSeconds(treatment.delay, 0, 86_400));
      check("treatment.interval", !treatment.interval.trim() || isSeconds(treatment.interval, 5, 86_400));
      check("treatment.times", isSeconds(treatment.times, 1, 100), "inQueue.times.bad");
    }
    for (const closure of CLOSURES) checkTarget(this.values[closure], closure, check);
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
        const isShort = bytesOf(this.values[part].texts[language]) <= TEXT_BYTES_MAX;
        if (this.values[part].isOn) check(`${part}.texts.${language}`, isShort, "inQueue.text.long");
      }
    }
    return problems;
  }

  /** What a customer is told, in the order of time: how many seconds after coming, and what. */
  story(/** @type {string} */ language) {
    const { treatment, overflow, maximum } = this.values;
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

  save() {
    return this.attempt(async () => {
      const wanted = { ...this.entity, inQueue: settingsOf(this.values, this.entity.inQueue ?? {}) };
      if (!Object.keys(wanted.inQueue).length) delete wanted.inQueue;
      this.entity = await this.api.changeQueue(this.id, wanted);
      await this.ask();
      this.stored(valuesOf(this.entity.inQueue ?? {}));
    });
  }
}

/** @param {Json} part @param {string} path @param {(path: string, isRight: boolean, sentence: string) => void} check */
function checkTarget(part, path, check) {
  if (part.isOn) check(`${path}.queue`, part.action !== "OVERFLOW" || Boolean(part.queue), "inQueue.queue.missing");
}

/** @param {Json} settings @returns {Json} */
export function valuesOf(settings) {
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
export function settingsOf(values, earlier) {
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
