/**
 * How much an agent takes at once, by medium: between the API's `utilization` and the fields of a form.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {Record<string, {maximum: string, interrupts: Record<string, boolean>}>} MediaValues
 */

/** The media that the API knows; conversations with customers are messages. */
export const MEDIA = ["message", "chat", "email", "call", "callback", "workitem"];
export const CAPACITY_MAX = 25;

export const isCapacity = (/** @type {string} */ text) => /^\d{1,2}$/.test(text.trim()) && Number(text) <= CAPACITY_MAX;

/** @param {Json} utilization by medium @returns {MediaValues} */
export function mediaValuesOf(utilization) {
  return Object.fromEntries(MEDIA.map((medium) => {
    const { maximumCapacity = 0, interruptableMediaTypes = [] } = utilization[medium] ?? {};
    const others = MEDIA.filter((other) => other !== medium);
    return [medium, {
      maximum: String(maximumCapacity),
      interrupts: Object.fromEntries(others.map((other) => [other, interruptableMediaTypes.includes(other)])),
    }];
  }));
}

/** @param {MediaValues} values @param {Json} earlier what the form does not show stays @returns {Json} by medium */
export function utilizationOf(values, earlier) {
  const media = Object.entries(values).map(([medium, { maximum, interrupts }]) => {
    const before = earlier[medium]?.interruptableMediaTypes ?? [];
    const wanted = Object.keys(interrupts).filter((other) => interrupts[other]);
    // In the order in which they stood, so that what nobody changed is what it was.
    const kept = before.filter((/** @type {string} */ other) => wanted.includes(other) || !(other in interrupts));
    const added = wanted.filter((other) => !before.includes(other));
    return [medium, {
      ...earlier[medium],
      maximumCapacity: Number(maximum),
      interruptableMediaTypes: [...kept, ...added],
    }];
  });
  return { ...earlier, ...Object.fromEntries(media) };
}

/** What is wrong, by the path of the field. @param {MediaValues} values @param {string} prefix */
export function mediaProblemsOf(values, prefix) {
  return Object.fromEntries(Object.entries(values).map(([medium, { maximum }]) =>
    [`${prefix}.${medium}.maximum`, isCapacity(maximum) ? undefined : "capacity.maximum.bad"]));
}

/** Where a field of the API stands among the media. @param {string | undefined} field @param {string} prefix */
export function mediaPathOf(field, prefix) {
  const [, medium, member] = /^utilization\.(\w+)\.(\w+)/.exec(field ?? "") ?? [];
  return medium && `${prefix}.${medium}.${member === "interruptableMediaTypes" ? "interrupts" : "maximum"}`;
}
