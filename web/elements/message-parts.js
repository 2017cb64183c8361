import { dateAndTime } from "../lib/format.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { fileSize } from "../lib/words.js";

/**
 * What a message carries besides its text. Agents read it, customers act on it, so choices and actions are shown and
 * not pressed.
 *
 * @typedef {import("../models/message-content.js").Part} Part
 */

/** @param {Part[]} parts */
export const partViews = (parts) => parts.map((part) => html`<div class="part part-${part.kind}">
  ${VIEWS[part.kind](part)}</div>`);

/** @type {Record<string, (part: any) => unknown>} */
const VIEWS = {
  image: ({ url, name }) => html`<a href="${url}" target="_blank" rel="noopener noreferrer"><img src="${url}"
    alt="${name || t("content.image")}" loading="lazy"></a>`,
  video: (part) => file(part, "video"),
  audio: (part) => file(part, "audio"),
  file: (part) => file(part, "file"),
  link: (part) => file(part, "link"),
  location: ({ text, url }) => link(url, html`${icon("place")}<span>${text}</span>`),
  story: ({ url }) => link(url, html`${icon("image")}<span>${t("content.story")}</span>`),
  response: ({ text }) => html`<span class="choice">${icon("check")} ${text}</span>`,
  choices: ({ choices }) => offered(choices),
  question: ({ title, subtitle, choices, times }) => html`${title && html`<h3>${title}</h3>`}
    ${subtitle && html`<p>${subtitle}</p>`}${offered([...choices, ...times.map(dateAndTime)])}`,
  cards: ({ cards }) => html`<div class="cards" tabindex=${cards.length > 1 ? "0" : null} role="group"
    aria-label="${t("content.cards")}">${cards.map(card)}</div>`,
  signedIn: () => html`<span class="part-unknown">${icon("check")}${t("content.signedIn")}</span>`,
  unknown: ({ type }) => html`<div class="part-unknown">${icon("info")}<span>${t("content.unknown", { type })}</span>
    </div>`,
};

/** @param {string[]} choices */
const offered = (choices) => html`<ul class="choices" aria-label="${t("content.choices")}">
  ${choices.map((choice) => html`<li class="choice">${choice}</li>`)}</ul>`;

/** @param {any} part @param {string} symbol */
function file({ url, name, bytes }, symbol) {
  const title = name || t(`content.${symbol}`);
  return link(url, html`${icon(symbol)}<span><span class="file-name">${title}</span>${bytes > 0 && html`<small>
    ${fileSize(bytes)}</small>`}</span>`);
}

/** @param {string | undefined} url @param {unknown} inside */
function link(url, inside) {
  return url
    ? html`<a class="part-file" href="${url}" target="_blank" rel="noopener noreferrer nofollow">${inside}</a>`
    : html`<span class="part-file">${inside}</span>`;
}

/** @param {import("../models/message-content.js").Card} content */
function card({ title, description, image, actions }) {
  return html`<article class="card">${image && html`<img src="${image}" alt="" loading="lazy">`}<div><h3>${title}</h3>
    ${description && html`<p>${description}</p>`}</div>
    ${actions.length > 0 && html`<ul>${actions.map(({ text, url }) => html`<li>${url ? html`<a href="${url}"
      target="_blank" rel="noopener noreferrer nofollow">${text}</a>` : text}</li>`)}</ul>`}</article>`;
}
