import { i18n, t } from "./i18n.js";
import { partsOfDay, WEEKDAYS } from "../models/recurrence.js";
import { valuesOf } from "../models/schedule-form.js";

/**
 * Opening hours in words of the screen's language. Days and times of schedules are those of a clock on the wall, so
 * they are written as if that were Greenwich's.
 *
 * @typedef {Record<string, any>} Json
 */

const DAY_MS = 86_400_000;

/** @param {Intl.DateTimeFormatOptions} options */
const format = (options) => new Intl.DateTimeFormat(i18n.language, { timeZone: "UTC", ...options });

const atOf = (/** @type {string} */ day, time = "00:00") => Date.parse(`${day}T${time}Z`);
const timeOf = (/** @type {string} */ time) =>
  format({ hour: "numeric", minute: "2-digit" }).format(atOf("2000-01-01", time));

/** A weekday's name. @param {string} day as `MO` @param {"short" | "long"} weekday */
export const weekdayName = (day, weekday) =>
  format({ weekday }).format(atOf("2024-01-01") + WEEKDAYS.indexOf(day) * DAY_MS);

/** When a schedule is, in a sentence. @param {Json} entity @returns {string} */
export function scheduleWords(entity) {
  const values = valuesOf(entity);
  const sentence = sentenceOf(values, entity.rrule);
  if (!values.ends || ["once", "other"].includes(values.repeats)) return sentence;
  const day = format({ dateStyle: "medium" }).format(atOf(values.until));
  return t("schedule.until", { sentence, day });
}

/** @param {Json} values @param {string} rule */
function sentenceOf(values, rule) {
  const { repeats } = values;
  if (repeats === "weekly") return weeklyWords(values);
  if (repeats === "yearly") return t("schedule.everyYear", { span: spanWords(values, {}) });
  if (repeats === "once") return spanWords(values, { year: "numeric" });
  if (repeats === "other") return t("schedule.byRule", { span: spanWords(values, { year: "numeric" }), rule });
  return t("schedule.everyYear.times", { day: yearlyDay(repeats, values.day), times: timesWords(values) });
}

/** The day of a rule such as the second Monday of January. @param {string} repeats @param {string} day */
export function yearlyDay(repeats, day) {
  const { weekday, nth } = partsOfDay(day);
  const place = repeats === "yearlyLast" ? "last" : nth;
  const month = format({ month: "long" }).format(atOf(day));
  return t(`schedule.nth.${place}`, { weekday: weekdayName(weekday, "long"), month });
}

/** @param {Json} values */
function weeklyWords(values) {
  const chosen = WEEKDAYS.filter((each) => values.weekdays[each]);
  const days = chosen.length === WEEKDAYS.length ? t("schedule.everyDay") : t("schedule.everyWeek", {
    days: new Intl.ListFormat(i18n.language, { style: "narrow" }).format(runsOf(chosen)),
  });
  return t("schedule.weekly", { days, times: timesWords(values) });
}

/** Monday to Friday instead of five names. @param {string[]} chosen @returns {string[]} */
function runsOf(chosen) {
  /** @type {string[][]} */
  const runs = [];
  for (const day of chosen) {
    const last = runs.at(-1);
    if (last && WEEKDAYS.indexOf(last.at(-1) ?? "") === WEEKDAYS.indexOf(day) - 1) last.push(day);
    else runs.push([day]);
  }
  return runs.flatMap((run) => {
    const names = run.map((day) => weekdayName(day, "short"));
    return names.length < 3 ? names : [t("schedule.days", { first: names[0], last: names[names.length - 1] })];
  });
}

/** @param {Json} values */
const timesWords = ({ isWholeDays, from, to }) =>
  isWholeDays ? t("schedule.allDay") : t("schedule.times", { from: timeOf(from), to: timeOf(to) });

/** Days, or days and times. @param {Json} values @param {Intl.DateTimeFormatOptions} year */
function spanWords(values, year) {
  const { isWholeDays, day, lastDay, from, to } = values;
  const date = /** @type {Intl.DateTimeFormatOptions} */ ({ ...year, month: "short", day: "numeric" });
  const days = format(date);
  if (!isWholeDays && day === lastDay) {
    return t("schedule.dayTimes", { day: days.format(atOf(day)), times: timesWords(values) });
  }
  // A range over New Year would name two years, of a schedule that comes in all of them.
  if (isWholeDays && (year.year || day.slice(0, 4) === lastDay.slice(0, 4))) {
    return days.formatRange(atOf(day), atOf(lastDay));
  }
  const each = isWholeDays ? days : format({ ...date, hour: "numeric", minute: "2-digit" });
  return t("schedule.times", { from: each.format(atOf(day, from)), to: each.format(atOf(lastDay, to)) });
}

/**
 * What hours say now, and until when: of a group, or of a queue.
 *
 * @param {import("../models/opening-hours.js").Evaluation} evaluation
 * @param {string | undefined} zone whose clock says until when @param {number} now
 */
export function stateWords({ state, nextChangeAt }, zone, now) {
  if (!nextChangeAt) return t(`hours.${state}`);
  return t(`hours.${state}.until`, { time: momentIn(zone, nextChangeAt, now) });
}

/** A time of today, of this week, or of another day. @param {string | undefined} zone @param {number} at */
function momentIn(zone, at, /** @type {number} */ now) {
  const timeZone = zone ?? "UTC";
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { timeZone, hour: "numeric", minute: "2-digit" };
  const dayIn = (/** @type {number} */ time) => format({ timeZone, dateStyle: "short" }).format(time);
  if (dayIn(at) === dayIn(now)) return format(options).format(at);
  if (at - now < 6 * DAY_MS) {
    const weekday = format({ timeZone, weekday: "long" }).format(at);
    return t("hours.moment", { weekday, time: format(options).format(at) });
  }
  return format({ ...options, year: "numeric", month: "short", day: "numeric" }).format(at);
}

/** The colour that goes with a state. */
export const stateDot = (/** @type {string | undefined} */ state) =>
  ({ open: "good", emergency: "bad", holiday: "soon" })[state ?? ""] ?? "";

/** What the clock shows in a time zone. @param {string} zone @param {number} now */
export const clockIn = (zone, now) => format({ timeZone: zone, hour: "numeric", minute: "2-digit" }).format(now);
