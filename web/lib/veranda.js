import { html } from "./html.js";

/** The house's picture, where nothing else is to be seen. */
export const veranda = () => html`<svg class="veranda" viewBox="0 0 240 140" aria-hidden="true" focusable="false">
  <use class="sun" href="#icon-sun"></use><use href="#icon-house"></use></svg>`;
