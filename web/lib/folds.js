import { html } from "./html.js";
import { t } from "./i18n.js";
import { icon } from "./icon.js";

/**
 * Parts of a long form that open and close. Closed, a part says in a few words what it holds, and whether something is
 * wrong in it; opened ones stay open from one entity to the next.
 *
 * @typedef {{name: string, title: string, digest: unknown[], isWrong?: boolean}} Fold
 */

/** @type {Set<string>} */
const opened = new Set();

/** @param {Fold} fold @param {unknown} content */
export function fold({ name, title, digest, isWrong }, content) {
  const toggled = (/** @type {any} */ event) => {
    if (event.target.open) opened.add(name);
    else opened.delete(name);
  };
  return html`<details class="form-fold" id="fold-${name}" ?open=${opened.has(name)} @toggle=${toggled}><summary>
    ${icon("down", "fold-sign")}<span class="fold-words"><h2>${title}</h2>
    ${isWrong && html`<span class="form-problem" key="wrong">${icon("alert")}<span>${t("form.wrongInside")}</span>
    </span>`}<span class="fold-digest">${digest.filter(Boolean).map((words) => html`<span>${words}</span>`)}</span>
    </span></summary>
    <div class="fold-content">${content}</div></details>`;
}

/** Opens the parts that hide an element. @param {Element | null} element */
export function unfold(element) {
  for (let part = element?.closest("details"); part; part = part.parentElement?.closest("details")) part.open = true;
}
