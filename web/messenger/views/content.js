import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { partsOf, wordsOf } from "../models/content.js";
import { linkify } from "../models/linkify.js";
import { markdown } from "../models/markdown.js";
import { openLightbox } from "./lightbox.js";
import { icon } from "./icons.js";

/**
 * The parts of a message: text, files, players, cards, questions. What we cannot show says so, with the words that it
 * carries.
 *
 * @typedef {import("../models/content.js").Part} Part
 * @typedef {import("../models/message.js").Line} Line
 * @typedef {import("./context.js").Context} Context
 * @typedef {import("../../lib/html.js").ViewNode} ViewNode
 * @typedef {{line: Line, context: Context, answer?: Line, isOpen: boolean, choose: (choice: object) => void,
 *   send: (message: object) => void}} Place
 *   `answer`: what the customer answered to this message; `isOpen`: whether it can be answered now
 */

/** @param {Place} place @returns {ViewNode[]} */
export function contentOf(place) {
  const { line, context } = place;
  const parts = partsOf(line, context.origin).flatMap((part) => VIEWS[part.kind](part, place));
  const text = line.text || wordsOf(line.content);
  if (!text) return parts;
  const isMarked = context.hasMarkdown && !line.isMine;
  const name = isMarked ? "bubble marked" : "bubble";
  return [...html`<div class=${name}>${isMarked ? marked(text) : plain(text)}</div>`, ...parts];
}

/** @type {Record<Part["kind"], (part: any, place: Place) => unknown>} */
const VIEWS = {
  image: picture,
  video: ({ url, name }) => html`<video class="media" src=${url} controls playsinline preload="metadata"
    aria-label=${name || t("file.video")}></video>`,
  audio: ({ url, name }) => html`<audio class="media" src=${url} controls preload="metadata"
    aria-label=${name || t("file.audio")}></audio>`,
  file: (part) => file(part, "file"),
  link: (part) => file(part, "open"),
  cards: ({ cards }, place) => {
    const draw = (/** @type {object} */ one) => card(one, place);
    return cards.length === 1
      ? html`<div class="cards">${draw(cards[0])}</div>`
      : html`<engawa-carousel .cards=${cards} .draw=${draw}></engawa-carousel>`;
  },
  questions: ({ questions }, { line, context, answer, isOpen, send }) =>
    html`<engawa-questions class="card" .questions=${questions} .answer=${answer} .isOpen=${isOpen} .context=${context}
      .messageId=${line.id ?? line.key} .send=${send}></engawa-questions>`,
  place: ({ name, address, url }) => {
    const rest = address && html`<small>${address}</small>`;
    const words = html`${icon("pin")}<span><span class="file-name">${name}</span>${rest}</span>`;
    return url ? link(url, words, "file") : html`<div class="file">${words}</div>`;
  },
  words: ({ text }, { line, context }) =>
    html`<div class="bubble">${context.hasMarkdown && !line.isMine ? marked(text) : plain(text)}</div>`,
  unknown: ({ text }) => html`<div class="bubble unshown">${text}<span>${t("log.unshown")}</span></div>`,
};

/** @param {string} text */
const plain = (text) => linkify(text).map(({ text: words, href }) => (href ? link(href, words) : words));

/** @param {string} text */
const marked = (text) => markdown(text).map(block);

/** @param {import("../models/markdown.js").Block} one @returns {ViewNode[]} */
function block(one) {
  if (one.kind === "code") return html`<pre><code>${one.text}</code></pre>`;
  if (one.kind === "paragraph") return html`<p>${one.spans.map(span)}</p>`;
  const items = one.items.map((spans) => html`<li>${spans.map(span)}</li>`);
  // Their marks stand on the side from which they are read.
  return one.isOrdered
    ? html`<ol start=${one.start} dir="auto">${items}</ol>`
    : html`<ul dir="auto">${items}</ul>`;
}

/** @param {import("../models/markdown.js").Span} one @returns {unknown} */
function span(one) {
  if (one.kind === "text") return one.href ? link(one.href, one.text) : one.text;
  if (one.kind === "code") return html`<code>${one.text}</code>`;
  const inside = one.spans.map(span);
  if (one.kind === "link") return link(one.href ?? "", inside);
  return one.kind === "strong" ? html`<strong>${inside}</strong>` : html`<em>${inside}</em>`;
}

/** @param {string} href @param {unknown} words @param {string} [className] */
function link(href, words, className) {
  const isPage = /^https?:/i.test(href);
  const hint = isPage && html`<span class="unseen"> ${t("link.newWindow")}</span>`;
  return html`<a class=${className} href=${href} target=${isPage ? "_blank" : null}
    rel="noopener noreferrer nofollow">${words}${hint}</a>`;
}

/** @param {{url: string, name: string}} part @param {Place} place */
function picture({ url, name }, { context }) {
  const label = name ? t("file.enlarge", { name }) : t("file.enlargeUnnamed");
  const open = (/** @type {Event} */ event) => openLightbox(event, { url, name: name || t("file.picture") }, context);
  return html`<button type="button" class="picture" aria-label=${label} @click=${open}>
    <img src=${url} alt="" loading="lazy" referrerpolicy="no-referrer" @error=${showName}>
    <span class="picture-name">${name || t("file.picture")}</span></button>`;
}

/** A picture that the page's rules or a dead link keep from us still has a name. @param {Event} event */
function showName({ target }) {
  /** @type {HTMLElement} */ (target).parentElement?.classList.add("broken");
}

/** @param {{url: string, name: string, bytes: number}} part @param {"file" | "open"} symbol */
function file({ url, name, bytes }, symbol) {
  const words = html`${icon(symbol)}<span><span class="file-name">${name || t(`file.${symbol}`)}</span>${
    bytes > 0 && html`<small>${size(bytes)}</small>`}</span>`;
  return link(url, words, "file");
}

/** @param {number} bytes */
function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** @param {any} data a `Card` @param {Place} place */
function card({ title, description, image, video, url, actions }, place) {
  const heading = url ? link(url, title) : title;
  return html`<article class="card">
    ${video && html`<video src=${video} controls playsinline preload="metadata" aria-label=${title}></video>`}
    ${!video && image && html`<img src=${image} alt="" loading="lazy" referrerpolicy="no-referrer">`}
    <div class="card-words">${title && html`<h3>${heading}</h3>`}${description && html`<p>${description}</p>`}</div>
    ${actions.length > 0 && html`<div class="card-actions">
      ${actions.map((/** @type {any} */ action) => cardAction(action, place))}</div>`}
  </article>`;
}

/** @param {import("../models/content.js").Action} action @param {Place} place */
function cardAction({ kind, text, url, payload }, { line, answer, isOpen, choose }) {
  if (kind === "link") return link(url ?? "", html`${text}${icon("open")}`, "action");
  const isChosen = answer?.content.some(({ buttonResponse }) => buttonResponse?.payload === payload);
  const isOver = Boolean(answer) || !isOpen;
  const press = () => isOver || choose({ type: "Button", text, payload, messageId: line.id });
  // Not `disabled`: who has pressed it by keyboard keeps their place.
  return html`<button type="button" class="action" aria-disabled=${isOver ? "true" : null}
    aria-pressed=${answer ? String(isChosen) : null} @click=${press}>${isChosen && icon("check")}${text}</button>`;
}
