import { html } from "./html.js";

const HUES = [30, 75, 125, 160, 210, 255, 300, 345];

/**
 * A round with initials whose hue always is the same for the same person; decorative, the name stands beside it.
 *
 * @param {string} name
 * @param {string} [className]
 * @param {unknown} [badge]
 */
export function avatar(name, className = "", badge = "") {
  return html`<span class="avatar ${className}" aria-hidden="true" style=${{ "--hue": String(hueOf(name)) }}>
    ${initialsOf(name)}${badge}</span>`;
}

/** @param {string} name */
export function initialsOf(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const isLatin = /^[\p{Script=Latin}]/u.test(first);
  const last = isLatin && words.length > 1 ? [...words[words.length - 1]][0] : "";
  return (first + last).toUpperCase();
}

/** @param {string} name */
function hueOf(name) {
  let hash = 7;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return HUES[hash % HUES.length];
}
