/**
 * Values from the wire, as what we need them to be. Whatever a message holds, a view gets texts, lists that end, and
 * addresses that lead somewhere harmless.
 *
 * @typedef {Record<string, any>} Json
 */

/** More of anything is not a message. */
const ITEMS_MAX = 100;
const LINK_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);
const MEDIA_SCHEMES = new Set(["http:", "https:"]);

/** @param {unknown} value @returns {string} */
export const text = (value) => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** @param {unknown} value @returns {Json} */
export const object = (value) => (value && typeof value === "object" && !Array.isArray(value) ? value : {});

/** @param {unknown} value @returns {Json[]} */
export const list = (value) =>
  Array.isArray(value) ? value.filter((item) => item && typeof item === "object").slice(0, ITEMS_MAX) : [];

/** Where a link may lead. Relative addresses are the server's: we live on somebody else's page. */
export const linkAddress = (/** @type {unknown} */ value, /** @type {string} */ origin) =>
  address(value, origin, LINK_SCHEMES);

/** Where a picture or a sound may come from. */
export const mediaAddress = (/** @type {unknown} */ value, /** @type {string} */ origin) =>
  address(value, origin, MEDIA_SCHEMES);

/** @param {unknown} value @param {string} origin @param {Set<string>} schemes @returns {string | undefined} */
function address(value, origin, schemes) {
  if (!value || typeof value !== "string") return undefined;
  try {
    const url = new URL(value, origin);
    return schemes.has(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
