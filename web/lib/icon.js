import { html } from "./html.js";

/**
 * One of our own line icons. Decorative by default: the control beside it carries the words.
 *
 * @param {string} name a symbol of /web/styles/icons.svg
 * @param {string} [className]
 */
export function icon(name, className = "") {
  return html`<svg class="icon ${className}" aria-hidden="true" focusable="false"><use href="/web/styles/icons.svg#${name}"></use></svg>`;
}
