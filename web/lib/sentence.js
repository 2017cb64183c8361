import { clock } from "./clock.js";
import { timeOfDay, weekday } from "./format.js";
import { i18n, t } from "./i18n.js";
import { channelName } from "./words.js";

/** @param {number} at to the second, because a ring opens at one */
const exactTime = (at) =>
  new Intl.DateTimeFormat(i18n.language, { hour: "numeric", minute: "2-digit", second: "2-digit" }).format(at);

/** @param {number} at of a day near by, or of this one */
const dayAndTime = (at) =>
  new Date(at).toDateString() === new Date(clock.now()).toDateString()
    ? timeOfDay(at)
    : `${weekday(at)} ${timeOfDay(at)}`;

/** @param {string[]} names */
const list = (names) => new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(names);

/**
 * What a sentence of `models/decision-words.js` says.
 *
 * @param {import("../models/decision-words.js").Sentence} words @returns {string}
 */
export const say = ({ key, values = {}, at, day, names, parts, channel }) =>
  t(key, {
    ...values,
    ...(parts ? { parts: list(parts.map((part) => say(part))) } : {}),
    ...(channel ? { name: channelName(channel) } : {}),
    ...(at === undefined ? {} : { time: exactTime(at) }),
    ...(day === undefined ? {} : { time: dayAndTime(day) }),
    ...(names ? { names: list(names) } : {}),
  });
