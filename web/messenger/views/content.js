import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { linkify } from "../models/linkify.js";
import { icon } from "./icons.js";

/**
 * The parts of a message: text with links, files, cards. What we cannot show yet says so, with the words that it
 * carries.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {import("./context.js").Context} Context
 * @typedef {import("../../lib/html.js").ViewNode} ViewNode
 */

const SILENT = new Set(["QuickReply", "ButtonResponse", "Text"]);

/**
 * @param {import("../models/message.js").Line} line
 * @param {Context} context
 * @param {(choice: Json) => void} choose
 * @returns {ViewNode[]}
 */
export function contentOf(line, context, choose) {
  const parts = line.content
    .filter((item) => !SILENT.has(item.contentType))
    .flatMap((item) => part(item, line, context, choose));
  const text =
    line.text || (line.content.find((item) => item.contentType === "ButtonResponse")?.buttonResponse?.text ?? "");
  return [...(text ? html`<div class="bubble">${textOf(text)}</div>` : []), ...parts];
}

/** @param {string} text */
export function textOf(text) {
  return linkify(text).map(({ text: words, href }) => (href ? link(href, words) : words));
}

/** @param {string} href @param {unknown} words @param {string} [className] */
function link(href, words, className) {
  const hint = html`<span class="unseen"> ${t("link.newWindow")}</span>`;
  return html`<a class=${className} href=${href} target="_blank" rel="noopener noreferrer nofollow">
    ${words}${hint}</a>`;
}

/**
 * @param {Json} item
 * @param {import("../models/message.js").Line} line
 * @param {Context} context
 * @param {(choice: Json) => void} choose
 * @returns {ViewNode[]}
 */
function part(item, line, context, choose) {
  if (item.contentType === "Attachment" && item.attachment?.url) return attachment(item.attachment, context);
  const cards = item.carousel?.cards ?? (item.card ? [item.card] : []);
  const chooseHere = (/** @type {Json} */ action) =>
    choose({ type: "Button", text: action.text, payload: action.payload ?? action.text, messageId: line.id });
  if (cards.length === 1) return html`<div class="cards">${card(cards[0], context, chooseHere)}</div>`;
  if (cards.length > 1)
    return html`<engawa-carousel .cards=${cards} .draw=${(one) => card(one, context, chooseHere)}></engawa-carousel>`;
  const words =
    item.generic?.title ??
    item.listPicker?.receivedMessage?.title ??
    item.datePicker?.title ??
    item.form?.introduction?.title;
  return html`<div class="bubble unshown">${words ?? ""}<span>${t("log.unshown")}</span></div>`;
}

/** @param {Json} file @param {Context} context */
function attachment(file, context) {
  const url = context.address(file.url);
  const name = file.filename || file.text || t("file.unnamed");
  if (file.mediaType === "Image") {
    const alt = t("file.image", { name });
    const picture = html`<img src=${url} alt=${alt} loading="lazy" referrerpolicy="no-referrer" @error=${showName}>`;
    return html`<div class="picture">${link(url, picture)}</div>`;
  }
  if (file.mediaType === "Video")
    return html`<video class="media" src=${url} controls preload="metadata" aria-label=${name}></video>`;
  if (file.mediaType === "Audio")
    return html`<audio class="media" src=${url} controls preload="metadata" aria-label=${name}></audio>`;
  return link(
    url,
    html`${icon("file")}<span class="file-name">${name}</span><span class="file-size">${size(file.fileSize)}</span>`,
    "file",
  );
}

/** A picture that the page's rules or a dead link keep from us still has a name and a link. @param {Event} event */
function showName({ target }) {
  /** @type {HTMLElement} */ (target).classList.add("broken");
}

/** @param {number | undefined} bytes */
function size(bytes) {
  if (!bytes) return "";
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** @param {Json} data @param {Context} context @param {(action: Json) => void} choose */
function card(data, context, choose) {
  const titleLink = data.defaultAction?.url ? link(data.defaultAction.url, data.title) : data.title;
  return html`<article class="card">
    ${data.image && html`<img src=${context.address(data.image)} alt="" loading="lazy" referrerpolicy="no-referrer">`}
    <div class="card-words"><h3>${titleLink}</h3>${data.description && html`<p>${data.description}</p>`}</div>
    <div class="card-actions">${(data.actions ?? []).map((action) => cardAction(action, choose))}</div>
  </article>`;
}

/** @param {Json} action @param {(action: Json) => void} choose */
function cardAction(action, choose) {
  if (action.type === "Link" && action.url)
    return link(action.url, html`${action.text ?? action.url}${icon("open")}`, "action");
  return html`<button type="button" class="action" @click=${() => choose(action)}>${action.text}</button>`;
}
