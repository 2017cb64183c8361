/**
 * Finds web and mail addresses in text. It gives pieces back, never markup; only http, https and mailto become links.
 *
 * @typedef {{text: string, href?: string}} Piece
 */

const ADDRESS = /\bhttps?:\/\/[^\s<>"'「」『』（）【】、。，]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/giu;
/** Punctuation at the end belongs to the sentence, not to the address. */
const TRAILING = /[.,;:!?…'"\]}>*_~！？]+$/u;

/** @param {string} text @returns {Piece[]} */
export function linkify(text) {
  /** @type {Piece[]} */
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trim(match[0]);
    const href = hrefOf(address);
    if (!href) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** A closing parenthesis stays only when it was opened inside; at another the address ends. @param {string} address */
function trim(address) {
  let depth = 0;
  const end = [...address].findIndex((sign) => (depth += sign === "(" ? 1 : sign === ")" ? -1 : 0) < 0);
  return (end < 0 ? address : [...address].slice(0, end).join("")).replace(TRAILING, "");
}

/** @param {string} address */
function hrefOf(address) {
  if (!/^https?:/i.test(address)) return `mailto:${address}`;
  return URL.canParse?.(address) === false ? undefined : address;
}
