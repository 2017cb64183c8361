import { readQuestions } from "./questions.js";
import { linkAddress, list, mediaAddress, object, text } from "./wire.js";

/**
 * What a message carries besides its text (reference B.5), as parts that a view can draw without asking whether they
 * are what they say.
 *
 * @typedef {import("./wire.js").Json} Json
 * @typedef {{kind: "link" | "choice", text: string, url?: string, payload: string}} Action
 * @typedef {{title: string, description: string, image?: string, video?: string, url?: string, actions: Action[]}} Card
 * @typedef {{kind: "image" | "video" | "audio" | "file" | "link", url: string, name: string, bytes: number}
 *   | {kind: "cards", cards: Card[]} | {kind: "questions", questions: import("./questions.js").Questions}
 *   | {kind: "place", name: string, address: string, url?: string} | {kind: "words", text: string}
 *   | {kind: "unknown", text: string}} Part
 */

/** Shown elsewhere (chips, the bubble's text) or not at all. */
const SILENT = new Set(["QuickReply", "ButtonResponse", "Reactions", "Push", "NotificationResponse"]);
/** @type {Record<string, "image" | "video" | "audio">} */
const MEDIA = { image: "image", video: "video", audio: "audio" };

/** @param {import("./message.js").Line} line @param {string} origin of the server @returns {Part[]} */
export function partsOf(line, origin) {
  let parts = read.get(line.content);
  if (!parts) {
    parts = list(line.content)
      .filter((item) => !SILENT.has(item.contentType))
      .flatMap((item) => (READERS.get(text(item.contentType)) ?? unknown)(item, origin, line) ?? unknown(item));
    read.set(line.content, parts);
  }
  return parts;
}

/** The text of a message that carries none of its own: what the customer chose. @param {Json[]} content */
export function wordsOf(content) {
  const answers = list(content).flatMap((item) => [
    object(item.buttonResponse),
    ...list(object(item.form).response).map(({ component }) => object(object(component).buttonResponse)),
  ]);
  return answers
    .map((answer) => text(answer.text))
    .filter(Boolean)
    .join("\n");
}

/** Every line is drawn again with every change of the conversation; it is read once. @type {WeakMap<Json[], Part[]>} */
const read = new WeakMap();

/**
 * By a name from the wire, so not an object: that would know `constructor` as well.
 *
 * @type {Map<string, (item: Json, origin: string, line: import("./message.js").Line) => Part[] | undefined>}
 */
const READERS = new Map(Object.entries({
  Attachment: ({ attachment }, origin, line) =>
    file(object(attachment), origin) ?? (line.isMine ? words(object(attachment).filename) : undefined),
  Card: ({ card }, origin) => cards([card], origin),
  Carousel: ({ carousel }, origin) => cards(list(object(carousel).cards), origin),
  GenericTemplate: ({ generic }, origin) => cards([generic], origin, genericActions),
  QuickReplyV2: ({ quickReplyV2 }) => words(object(quickReplyV2).title),
  Text: ({ text: body }) => words(object(body).body),
  Notification: ({ template }, origin) => notification(object(template), origin),
  InteractiveApplication: ({ interactiveApplication: app }, origin) => link(object(app).url, object(app).name, origin),
  Story: ({ story }, origin) => link(object(story).url, "", origin),
  Location: ({ location }, origin) => place(object(location), origin),
  Form: (item, origin, line) => (line.isMine ? [] : questions(item, origin)),
  ListPicker: (item, origin) => questions(item, origin),
  DatePicker: (item, origin) => questions(item, origin),
}));

/** @param {Json} data @param {string} origin @returns {Part[] | undefined} */
function file(data, origin) {
  const url = mediaAddress(data.url, origin);
  if (!url) return undefined;
  const type = text(data.mediaType).toLowerCase() || text(data.mime).split("/")[0];
  const kind = type === "link" ? "link" : (MEDIA[type] ?? "file");
  return [{ kind, url, name: text(data.filename) || text(data.text), bytes: Number(data.fileSize) || 0 }];
}

/** @param {unknown} url @param {unknown} name @param {string} origin @returns {Part[] | undefined} */
function link(url, name, origin) {
  const safe = linkAddress(url, origin);
  return safe ? [{ kind: "link", url: safe, name: text(name), bytes: 0 }] : undefined;
}

/** @param {unknown[]} data @param {string} origin @param {(card: Json) => Json[]} [actionsOf] @returns {Part[]} */
function cards(data, origin, actionsOf = (card) => list(card.actions)) {
  const made = data.map(object).map((card) => ({
    title: text(card.title),
    description: text(card.description),
    image: mediaAddress(card.image, origin),
    video: mediaAddress(card.video, origin),
    url: linkAddress(object(card.defaultAction).url, origin),
    actions: actionsOf(card).flatMap((action) => actionOf(action, origin)),
  }));
  return made.length ? [{ kind: "cards", cards: made }] : [];
}

/** A link that leads nowhere safe is left out. @param {Json} data @param {string} origin @returns {Action[]} */
function actionOf(data, origin) {
  const words = text(data.text);
  if (text(data.type).toLowerCase() === "link") {
    const url = linkAddress(data.url, origin);
    return url ? [{ kind: "link", text: words || url, url, payload: "" }] : [];
  }
  return words ? [{ kind: "choice", text: words, payload: text(data.payload) || words }] : [];
}

/** The older form of a card. @param {Json} data @returns {Json[]} */
const genericActions = (data) =>
  list(data.components).map(({ title, actions }) => {
    const { url, textback } = object(actions);
    return url ? { type: "Link", text: title, url } : { type: "Postback", text: title, payload: textback };
  });

/** @param {Json} template @param {string} origin @returns {Part[]} */
function notification({ header, body, footer, buttons }, origin) {
  const said = [header, body, footer].map((part) => text(object(part).text)).filter(Boolean);
  const actions = list(buttons).map(({ text: words, url, phoneNumber }) => ({
    type: "Link",
    text: words,
    url: url ?? (phoneNumber && `tel:${text(phoneNumber)}`),
  }));
  if (!actions.length) return words(said.join("\n"));
  return cards([{ title: said[0], description: said.slice(1).join("\n"), actions }], origin);
}

/** @param {Json} data @param {string} origin @returns {Part[]} */
function place(data, origin) {
  const [latitude, longitude] = [Number(data.latitude), Number(data.longitude)];
  const hasPoint = data.latitude != null && !Number.isNaN(latitude) && !Number.isNaN(longitude);
  const point = hasPoint ? `${latitude.toFixed(5)}, ${longitude.toFixed(5)}` : "";
  const name = text(data.text) || text(data.address) || point;
  const rest = name === text(data.address) ? point : text(data.address) || (name === point ? "" : point);
  return [{ kind: "place", name, address: rest, url: linkAddress(data.url, origin) }];
}

/** @param {Json} item @param {string} origin @returns {Part[] | undefined} */
function questions(item, origin) {
  const asked = readQuestions(item, origin);
  return asked && [{ kind: "questions", questions: asked }];
}

/** @param {unknown} value @returns {Part[]} */
const words = (value) => (text(value) ? [{ kind: "words", text: text(value) }] : []);

/** What we do not know says so, with the words that it has. @param {Json} item @returns {Part[]} */
function unknown(item) {
  const body = Object.values(item).map(object).find((value) => text(value.title) || text(value.text)) ?? {};
  return [{ kind: "unknown", text: text(body.title) || text(body.text) }];
}
