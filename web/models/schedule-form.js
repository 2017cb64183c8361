import { Form } from "./form.js";
import { daysAfter, daysBetween, isDay, readRule, WEEKDAYS, writeRule } from "./recurrence.js";

/**
 * A schedule, while somebody edits it: days and times as a clock on the wall shows them, and when they come again.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;
const LOCAL = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2})(?:\.\d+)?)?$/;
/** The longest time from start to end; the server refuses more. */
const DAYS_MAX = 366;

export class ScheduleForm extends Form {
  /** @param {PlatformApi} api @param {Json} entity */
  constructor(api, entity) {
    super(valuesOf(entity));
    this.api = api;
    this.entity = entity;
  }

  /** @param {PlatformApi} api @param {string} id */
  static async open(api, id) {
    return new ScheduleForm(api, await api.schedule(id));
  }

  /** Office hours from today on. @param {PlatformApi} api */
  static blank(api) {
    const day = new Intl.DateTimeFormat("sv-SE").format(new Date());
    const rule = `FREQ=WEEKLY;BYDAY=${WEEKDAYS.slice(0, 5)}`;
    return new ScheduleForm(api, { start: `${day}T09:00:00`, end: `${day}T17:00:00`, rrule: rule });
  }

  get id() {
    return this.entity.id;
  }

  /** Whether the form says on which day it ends; every week it is the same day, or the night after. */
  get hasLastDay() {
    return this.values.repeats !== "weekly";
  }

  /** Whether what is stored has no words here; it can be chosen again. */
  get isOther() {
    return Boolean(this.entity.start) && valuesOf(this.entity).repeats === "other";
  }

  /** What the form says as the API has it. @returns {Json} */
  get wanted() {
    return { ...this.entity, ...bodyOf(this.values, this.entity) };
  }

  get problems() {
    const { values, hasLastDay } = this;
    const { day, lastDay, from, to, until } = values;
    const areTimes = TIME.test(from) && TIME.test(to);
    const isOver = hasLastDay && isDay(day) && isDay(lastDay) && lastDay < day;
    const isBackwards = hasLastDay && !values.isWholeDays && areTimes && day === lastDay && to <= from;
    return {
      name: values.name.trim() ? undefined : "form.missing",
      weekdays: values.repeats === "weekly" && !chosenOf(values).length ? "schedule.weekdays.none" : undefined,
      day: isDay(day) ? undefined : "form.missing",
      from: values.isWholeDays || TIME.test(from) ? undefined : "form.missing",
      lastDay: hasLastDay ? lastDayProblem(day, lastDay, isOver) : undefined,
      to: isBackwards ? "schedule.to.bad" : values.isWholeDays || TIME.test(to) ? undefined : "form.missing",
      until: values.ends && values.repeats !== "once" && (!isDay(until) || until < day)
        ? "schedule.until.bad" : undefined,
    };
  }

  /** @param {string | undefined} field */
  pathOf(field) {
    const known = { start: "day", end: this.values.isWholeDays ? "lastDay" : "to", rrule: "repeats" };
    return known[field] ?? field;
  }

  save() {
    return this.attempt(async () => {
      const { api, id, wanted } = this;
      this.entity = id ? await api.changeSchedule(id, wanted) : await api.createSchedule(wanted);
      this.stored(valuesOf(this.entity));
    });
  }

  remove() {
    return this.api.deleteSchedule(this.id);
  }
}

/** @param {string} day @param {string} lastDay @param {boolean} isOver */
function lastDayProblem(day, lastDay, isOver) {
  if (!isDay(lastDay)) return "form.missing";
  if (isOver) return "schedule.lastDay.bad";
  return isDay(day) && daysBetween(day, lastDay) >= DAYS_MAX ? "schedule.lastDay.long" : undefined;
}

/** @param {Json} values @returns {string[]} */
const chosenOf = (values) => WEEKDAYS.filter((each) => values.weekdays[each]);

/** A local date and time by its parts; seconds only where there are any. @param {string} text */
function localOf(text) {
  const [, day, minutes, seconds = "00"] = LOCAL.exec(text) ?? ["", "", ""];
  return { day, time: seconds === "00" ? minutes : `${minutes}:${seconds}` };
}

/** What a schedule says, in the parts of the form. @param {Json} entity @returns {Json} */
export function valuesOf(entity) {
  const start = localOf(entity.start ?? "");
  const end = localOf(entity.end ?? "");
  const isWholeDays = start.time === "00:00" && end.time === "00:00" && start.day < end.day;
  const lastDay = isWholeDays ? daysAfter(end.day, -1) : end.day;
  const { repeats, weekdays, until } = readRule(entity.rrule, start.day);
  const nights = isDay(start.day) && isDay(lastDay) ? daysBetween(start.day, lastDay) : 0;
  const isOneDay = nights === 0 || (nights === 1 && !isWholeDays && end.time <= start.time);
  return {
    name: entity.name ?? "",
    description: entity.description ?? "",
    // What is longer than a day and comes every week has no words here.
    repeats: repeats === "weekly" && !isOneDay ? "other" : repeats,
    weekdays: Object.fromEntries(WEEKDAYS.map((each) => [each, weekdays.includes(each)])),
    isWholeDays,
    day: start.day,
    from: isWholeDays ? "09:00" : start.time,
    lastDay,
    to: isWholeDays ? "17:00" : end.time,
    ends: Boolean(until),
    until,
  };
}

/**
 * The members that the form changes. What says the same as before is left as it was written.
 *
 * @param {Json} values @param {Json} entity @returns {Json}
 */
export function bodyOf(values, entity) {
  const { start, end } = spanOf(values);
  const isSame = (/** @type {string} */ text, /** @type {string | undefined} */ before) =>
    before !== undefined && JSON.stringify(localOf(text)) === JSON.stringify(localOf(before));
  return {
    name: values.name.trim(),
    description: values.description.trim() || undefined,
    start: isSame(start, entity.start) ? entity.start : start,
    end: isSame(end, entity.end) ? entity.end : end,
    rrule: ruleOf(values, entity),
  };
}

/** @param {Json} values @param {Json} entity @returns {string | undefined} */
function ruleOf(values, entity) {
  if (values.repeats === "other") return entity.rrule;
  const written = writtenRule(values);
  const before = valuesOf(entity);
  const isAsBefore = entity.start && before.repeats !== "other" && written === writtenRule(before);
  return (isAsBefore ? entity.rrule : written) || undefined;
}

/** @param {Json} values */
const writtenRule = (values) =>
  writeRule(
    { repeats: values.repeats, weekdays: chosenOf(values), until: values.ends ? values.until : "" },
    values.day,
  );

/** Start and end as the API has them. @param {Json} values @returns {{start: string, end: string}} */
function spanOf({ repeats, isWholeDays, day, from, lastDay, to }) {
  const last = repeats === "weekly" ? day : lastDay;
  if (!isDay(day) || !isDay(last)) return { start: "", end: "" };
  const full = (/** @type {string} */ time) => (time.length === 5 ? `${time}:00` : time);
  if (isWholeDays) return { start: `${day}T00:00:00`, end: `${daysAfter(last, 1)}T00:00:00` };
  // Until a time that is not later is until the night after.
  const endDay = repeats === "weekly" && to <= from ? daysAfter(day, 1) : last;
  return { start: `${day}T${full(from)}`, end: `${endDay}T${full(to)}` };
}
