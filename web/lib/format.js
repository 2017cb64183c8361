import { i18n } from "./i18n.js";

/**
 * Times as people read them, in the language of the screen. Formatters are costly to make, so they are kept.
 *
 * @type {Map<string, Intl.DateTimeFormat>}
 */
const formatters = new Map();

/** @param {string} name @param {Intl.DateTimeFormatOptions} options */
function formatter(name, options) {
  const key = `${i18n.language} ${name}`;
  let found = formatters.get(key);
  if (!found) formatters.set(key, found = new Intl.DateTimeFormat(i18n.language, options));
  return found;
}

/** `1:05`, `12:40`, `3:02:11`; from a day on in days. @param {number} ms */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h >= 24) return i18n.text("time.days", { count: Math.floor(h / 24) });
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** @param {number} at */
export const timeOfDay = (at) => formatter("time", { hour: "numeric", minute: "2-digit" }).format(at);

/** @param {number} at */
export const dateAndTime = (at) =>
  formatter("full", { year: "numeric", month: "long", day: "numeric", hour: "numeric", minute: "2-digit" }).format(at);

/** The day, with the year only when it is another one. @param {number} at @param {number} now */
export function day(at, now) {
  const [then, today] = [new Date(at), new Date(now)];
  if (then.toDateString() === today.toDateString()) return i18n.text("time.today");
  if (then.toDateString() === new Date(now - 86_400_000).toDateString()) return i18n.text("time.yesterday");
  return then.getFullYear() === today.getFullYear()
    ? formatter("day", { month: "short", day: "numeric" }).format(at)
    : formatter("dayYear", { year: "numeric", month: "short", day: "numeric" }).format(at);
}

/** A day of the near future, with its weekday. @param {number} at */
export const weekday = (at) => {
  const name = i18n.language === "ja" ? "short" : "long";
  return formatter("weekday", { weekday: name, month: "long", day: "numeric" }).format(at);
};

/** A time of today, else the day. @param {number} at @param {number} now */
export const moment = (at, now) =>
  new Date(at).toDateString() === new Date(now).toDateString() ? timeOfDay(at) : day(at, now);
