/**
 * Our style sheets as one, asked for as soon as this module is there: the server puts in what it imports. It is
 * constructed, so that the page's CSP need not allow styles of ours. Imports nothing: the launcher starts it beside the
 * other modules.
 */
async function load() {
  const response = await fetch(new URL("styles/all.css", import.meta.url));
  return new CSSStyleSheet().replace(await response.text());
}

/** @type {Promise<CSSStyleSheet>} */
export const sheet = load();
