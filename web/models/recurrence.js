/**
 * When something comes again, between what the form can say and RFC 5545's rules (`rrule` of a schedule). Pure: text
 * and days in, text and values out. What the form has no words for is `other`; its rule stays as it is.
 *
 * @typedef {"once" | "weekly" | "yearly" | "yearlyWeekday" | "yearlyLast" | "other"} Repeats
 * @typedef {{repeats: Repeats, weekdays: string[], until: string}} Recurrence `until` is the last day, or empty
 */

export const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const DAY_MS = 86_400_000;
const LINE = /^([A-Z]+)=([^;=]+)$/;

/** @param {Repeats} repeats @param {string[]} [weekdays] @param {string} [until] @returns {Recurrence} */
const recurrence = (repeats, weekdays = [], until = "") => ({ repeats, weekdays, until });

/**
 * What a rule says of a schedule whose first day is `day`.
 *
 * @param {string | undefined} rule @param {string} day as `2026-01-05` @returns {Recurrence}
 */
export function readRule(rule, day) {
  if (!rule?.trim()) return recurrence("once");
  const { FREQ, INTERVAL = "1", WKST, UNTIL, ...by } = partsOf(rule);
  const until = lastDayOf(UNTIL);
  // Where a week begins changes nothing while every week counts.
  if (INTERVAL !== "1" || until === undefined || (WKST && !WEEKDAYS.includes(WKST))) return recurrence("other");
  const found = FREQ === "YEARLY" ? yearly(by, day) : weekdaysOf(FREQ, by, day);
  return found ? { ...found, until } : recurrence("other");
}

/**
 * The rule for what the form says; empty for what comes once.
 *
 * @param {Recurrence} recurrence @param {string} day the first day
 */
export function writeRule({ repeats, weekdays, until }, day) {
  const { month, date, weekday, nth } = partsOfDay(day);
  const rules = {
    weekly: `FREQ=WEEKLY;BYDAY=${WEEKDAYS.filter((each) => weekdays.includes(each)).join(",")}`,
    yearly: `FREQ=YEARLY;BYMONTH=${month};BYMONTHDAY=${date}`,
    yearlyWeekday: `FREQ=YEARLY;BYMONTH=${month};BYDAY=${nth}${weekday}`,
    yearlyLast: `FREQ=YEARLY;BYMONTH=${month};BYDAY=-1${weekday}`,
  };
  const rule = rules[repeats] ?? "";
  return rule && until ? `${rule};UNTIL=${until.replaceAll("-", "")}` : rule;
}

/** What can be said of something that begins on a day; the fifth Monday of a month does not come every year. */
export function repeatsOn(/** @type {string} */ day) {
  if (!isDay(day)) return /** @type {Repeats[]} */ (["once", "weekly", "yearly"]);
  const { nth, isLast } = partsOfDay(day);
  const all = ["once", "weekly", "yearly", nth <= 4 && "yearlyWeekday", isLast && "yearlyLast"];
  return /** @type {Repeats[]} */ (all.filter(Boolean));
}

/** A day of the calendar by its parts; `nth` of its weekday in its month. @param {string} day */
export function partsOfDay(day) {
  const at = new Date(`${day}T00:00:00Z`);
  const date = at.getUTCDate();
  const month = at.getUTCMonth() + 1;
  const isLast = new Date(at.getTime() + 7 * DAY_MS).getUTCMonth() + 1 !== month;
  return { month, date, weekday: WEEKDAYS[(at.getUTCDay() + 6) % 7], nth: Math.ceil(date / 7), isLast };
}

/** @param {string} text */
export function isDay(text) {
  const at = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at) && dayOf(at) === text;
}

/** The day so many days later. @param {string} day @param {number} days */
export const daysAfter = (day, days) => dayOf(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS);

/** From a day to another. @param {string} from @param {string} to */
export const daysBetween = (from, to) =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);

const dayOf = (/** @type {number} */ at) => new Date(at).toISOString().slice(0, 10);

/** @param {string} rule @returns {Record<string, string>} without `FREQ` when it cannot be read */
function partsOf(rule) {
  const lines = rule.trim().toUpperCase().replace(/^RRULE:/, "").split(";").filter(Boolean);
  const parts = lines.map((line) => LINE.exec(line));
  if (!parts.every(Boolean)) return {};
  return Object.fromEntries(parts.map(([, name, value]) => [name, value]));
}

/** Empty without an end, `undefined` for an end that is not the end of a day. @param {string | undefined} until */
function lastDayOf(until) {
  if (until === undefined) return "";
  const [, year, month, date] = /^(\d{4})(\d{2})(\d{2})(?:T235959)?$/.exec(until) ?? [];
  const day = `${year}-${month}-${date}`;
  return isDay(day) ? day : undefined;
}

/** @param {string | undefined} frequency @param {Record<string, string>} by @param {string} day */
function weekdaysOf(frequency, { BYDAY, ...others }, day) {
  if (Object.keys(others).length || !["DAILY", "WEEKLY"].includes(frequency ?? "")) return undefined;
  const usual = frequency === "DAILY" ? WEEKDAYS : [partsOfDay(day).weekday];
  const days = BYDAY?.split(",") ?? usual;
  if (!days.every((each) => WEEKDAYS.includes(each))) return undefined;
  return recurrence("weekly", WEEKDAYS.filter((each) => days.includes(each)));
}

/** Only what says the same as the first day. @param {Record<string, string>} by @param {string} day */
function yearly(by, day) {
  const { month, date, weekday, nth, isLast } = partsOfDay(day);
  const said = Object.keys(by).sort().map((name) => `${name}=${by[name]}`).join(";");
  if (said === "" || said === `BYMONTH=${month};BYMONTHDAY=${date}`) return recurrence("yearly");
  const isNth = (/** @type {number} */ n) =>
    [`BYDAY=${n}${weekday};BYMONTH=${month}`, `BYDAY=${weekday};BYMONTH=${month};BYSETPOS=${n}`].includes(said);
  if (nth <= 4 && isNth(nth)) return recurrence("yearlyWeekday");
  return isLast && isNth(-1) ? recurrence("yearlyLast") : undefined;
}
