/**
 * Milliseconds to wait before the next attempt: doubling, capped, and spread over half of it, so that a thousand
 * desktops that lost the same server do not return in the same moment.
 *
 * @param {number} attempt 0 for the first retry
 * @param {{firstMs?: number, longestMs?: number, random?: () => number}} [options]
 */
export function backOffMs(attempt, options = {}) {
  const { firstMs = 500, longestMs = 20_000, random = Math.random } = options;
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 20));
  return Math.round(full / 2 + (full / 2) * random());
}
