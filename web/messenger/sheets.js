/**
 * Our style sheets, asked for as soon as this module is there. They are constructed, so that the page's CSP need not
 * allow styles of ours. Imports nothing: the launcher starts it beside the other modules.
 */
const NAMES = ["tokens.css", "panel.css", "log.css", "message.css", "cards.css", "composer.css"];

/** @param {string} name */
async function load(name) {
  const response = await fetch(new URL(`styles/${name}`, import.meta.url));
  return new CSSStyleSheet().replace(await response.text());
}

/** @type {Promise<CSSStyleSheet[]>} */
export const sheets = Promise.all(NAMES.map(load));
