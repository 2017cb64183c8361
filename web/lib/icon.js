import { html } from "./html.js";

/**
 * Takes our line icons into the page, once. References into a file of their own would be fetched again for each new
 * use, and a desktop that has lost its server must still be able to draw the sign for that.
 */
export async function loadIcons() {
  const response = await fetch("/web/styles/icons.svg");
  const sheet = new DOMParser().parseFromString(await response.text(), "image/svg+xml").documentElement;
  sheet.setAttribute("hidden", "");
  document.body.prepend(document.adoptNode(sheet));
}

/**
 * One of our own line icons. Decorative: the control beside it carries the words.
 *
 * @param {string} name a symbol of /web/styles/icons.svg
 * @param {string} [className]
 */
export function icon(name, className = "") {
  return html`<svg class="icon ${className}" aria-hidden="true" focusable="false"><use href="#icon-${name}"></use>
    </svg>`;
}
