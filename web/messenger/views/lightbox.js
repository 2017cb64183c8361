import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { render } from "../../lib/render.js";
import { icon } from "./icons.js";

/**
 * A picture in its whole size over the page: the browser's own modal dialog, so that focus stays inside, Escape closes,
 * and the focus returns to where it was.
 *
 * @param {Event} event on what was pressed
 * @param {{url: string, name: string}} picture
 * @param {import("./context.js").Context} context
 */
export function openLightbox(event, { url, name }, context) {
  const opener = /** @type {HTMLElement} */ (event.currentTarget);
  const dialog = document.createElement("dialog");
  dialog.className = "lightbox";
  dialog.setAttribute("aria-label", name);
  const close = () => dialog.close();
  const view = html`
    <div class="lightbox-bar"><span>${name}</span>
      <a class="round" href=${url} target="_blank" rel="noopener noreferrer" aria-label=${t("file.open")}>
        ${icon("open")}</a>
      <button type="button" class="round" aria-label=${t("file.close")} @click=${close}>${icon("close")}</button></div>
    <img src=${url} alt=${name} referrerpolicy="no-referrer" @click=${close}>`;
  render(view, dialog);
  dialog.addEventListener("keydown", (key) => key.stopPropagation());
  dialog.addEventListener("click", ({ target }) => target === dialog && close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener.focus({ preventScroll: true });
  });
  context.frame.append(dialog);
  dialog.showModal();
}
