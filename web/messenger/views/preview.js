import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { linkify } from "../models/linkify.js";
import { mediaAddress } from "../models/wire.js";
import { icon } from "./icons.js";

/**
 * The first link of a message whose page we may show, as a small card. Its height never changes: what is not known yet,
 * or never will be, leaves the address.
 *
 * @param {import("../models/message.js").Line} line
 * @param {import("../previews.js").Previews} previews
 * @param {string} origin
 */
export function previewOf(line, previews, origin) {
  const href = linkify(line.text).find((piece) => piece.href && previews.isAllowed(piece.href))?.href;
  if (!href) return [];
  const { host, pathname } = new URL(href);
  const { title, description, siteName, imageUrl } = previews.find(href);
  const image = mediaAddress(imageUrl, origin);
  // What is known later takes the place of the address instead of moving it.
  const rest = title ? description : pathname.length > 1 && decoded(pathname);
  return html`<a class="preview" href=${href} target="_blank" rel="noopener noreferrer nofollow">
    ${image ? html`<img src=${image} alt="" loading="lazy" @error=${leave}>` : html`<span>${icon("open")}</span>`}
    <span class="preview-words" key=${title ? "page" : "address"}><strong>${title || host}</strong>
      ${rest && html`<span>${rest}</span>`}${title && html`<small>${siteName || host}</small>`}</span>
    <span class="unseen">${t("link.newWindow")}</span></a>`;
}

/** @param {string} path */
function decoded(path) {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** @param {Event} event */
const leave = ({ target }) => /** @type {HTMLElement} */ (target).classList.add("broken");
