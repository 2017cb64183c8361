/**
 * What a message shows, from the API's normalised message (`MessageData.normalizedMessage`, reference E.2 and B.5).
 * Content that we do not know yet becomes a part of kind `unknown` that names its type, so that an agent is never
 * shown an empty bubble.
 *
 * @typedef {{kind: "image" | "video" | "audio" | "file" | "link", id?: string, url: string, name: string,
 *   bytes?: number, caption?: string}} FilePart
 * @typedef {{text: string, url?: string}} CardAction
 * @typedef {{title: string, description: string, image?: string, actions: CardAction[]}} Card
 * @typedef {FilePart | {kind: "choices", choices: string[]} | {kind: "cards", cards: Card[]} | {kind: "response",
 *   text: string} | {kind: "signedIn"}
 *     | {kind: "question", title: string, subtitle: string, choices: string[], times: number[]}
 *     | {kind: "location", text: string, url?: string} | {kind: "story", text: string, url?: string} | {kind:
 *   "unknown", type: string}} Part
 * @typedef {{id: string, text: string, parts: Part[], fromBot: boolean, reasons: string[]}} MessageContent
 */

/** @param {any} data MessageData @returns {MessageContent} */
export function contentOf(data) {
  const message = data.normalizedMessage ?? {};
  const items = message.content ?? [];
  const text = message.text || data.textBody || items.map((item) => item.text?.body ?? "").join("");
  // The answers to a form are a summary without the questions; the text is better where there is one.
  const shown = text ? items.filter((item) => !item.form?.response) : items;
  const parts = [...partsOf(shown), ...(message.events ?? []).flatMap(eventPart)];
  const responses = parts.flatMap((part) => (part.kind === "response" ? part.text : []));
  return {
    id: data.id,
    text: responses.length && responses.join("\n") === text ? "" : text,
    parts,
    fromBot: message.originatingEntity === "Bot",
    reasons: (data.normalizedReceipts ?? [message]).flatMap((receipt) => receipt.reasons ?? []).map((reason) =>
      reason.message || reason.code
    ).filter(Boolean),
  };
}

/** @param {any[]} items @returns {Part[]} */
function partsOf(items) {
  const choices = items.map((item) => item.quickReply?.text ?? item.quickReplyV2?.text).filter(Boolean);
  const parts = items.filter((item) => !item.quickReply && !item.quickReplyV2 && item.contentType !== "Text").map(
    partOf,
  );
  return choices.length ? [...parts, { kind: "choices", choices }] : parts;
}

/** @type {Record<string, (item: any) => Part>} by `contentType` */
const PARTS = {
  Attachment: ({ attachment }) => filePart(attachment),
  ButtonResponse: ({ buttonResponse }) => ({
    kind: "response",
    text: buttonResponse.text ?? buttonResponse.payload ?? "",
  }),
  Card: ({ card }) => ({ kind: "cards", cards: [cardOf(card)] }),
  Carousel: ({ carousel }) => ({ kind: "cards", cards: (carousel.cards ?? []).map(cardOf) }),
  DatePicker: ({ datePicker }) => ({
    ...question(datePicker),
    times: (datePicker.availableTimes ?? []).map((time) => Date.parse(time.dateTime)).filter(Number.isFinite),
  }),
  Form: ({ form }) => form.response ? responseTo(form) : question(
    form.introduction ?? form.receivedMessage,
    (form.formPages ?? []).flatMap((page) => page.pageComponents ?? []).map(titleOf),
  ),
  ListPicker: ({ listPicker }) => question(
    listPicker.receivedMessage,
    (listPicker.sections ?? []).flatMap((section) => section.items ?? []).map((item) => item.title),
  ),
  Location: ({ location }) => ({
    kind: "location",
    text: location.text ?? location.address ?? `${location.latitude}, ${location.longitude}`,
    url: location.url,
  }),
  Story: ({ story }) => ({ kind: "story", text: story.type ?? "", url: story.url }),
};

/** @param {any} item @returns {Part} */
function partOf(item) {
  const type = String(item.contentType ?? "");
  const hasBody = item[type.charAt(0).toLowerCase() + type.slice(1)];
  return type in PARTS && hasBody ? PARTS[type](item) : { kind: "unknown", type };
}

/** @param {any} head @param {string[]} choices @returns {Part & {kind: "question"}} */
const question = (head, choices = []) => ({
  kind: "question",
  title: head?.title ?? head?.header ?? "",
  subtitle: head?.subtitle ?? "",
  choices: choices.filter(Boolean),
  times: [],
});

/** What a part of a form asks. @param {any} component */
function titleOf({ input, wheelPicker, listPicker, datePicker }) {
  const own = input ?? wheelPicker ?? datePicker;
  return own?.title ?? listPicker?.receivedMessage?.title ?? own?.id ?? listPicker?.id;
}

/** @param {any} form @returns {Part} */
const responseTo = ({ response }) => ({
  kind: "response",
  text: response.map((one) => one.component?.buttonResponse?.text).filter(Boolean).join(", "),
});

/** @param {any} attachment @returns {FilePart} */
function filePart(attachment) {
  const kinds = { Image: "image", Video: "video", Audio: "audio", Link: "link" };
  return {
    kind: kinds[attachment.mediaType] ?? "file",
    id: attachment.id,
    url: attachment.url ?? "",
    name: attachment.filename ?? attachment.text ?? "",
    bytes: attachment.contentSizeBytes ?? attachment.fileSize,
    caption: attachment.text,
  };
}

/** @param {any} card @returns {Card} */
function cardOf(card) {
  const actions = [...(card.actions ?? []), ...(card.defaultAction?.text ? [card.defaultAction] : [])];
  return {
    title: card.title ?? "",
    description: card.description ?? "",
    image: card.image,
    actions: actions.map((action) => ({ text: action.text ?? action.url ?? "", url: action.url })),
  };
}

/** Typing and most of presence are not content; that the customer signed in is. @param {any} event @returns {Part[]} */
function eventPart(event) {
  if (event.presence?.type === "SignIn") return [{ kind: "signedIn" }];
  return ["Typing", "Presence", "Reactions"].includes(event.eventType)
    ? []
    : [{ kind: "unknown", type: String(event.eventType) }];
}

/** One line for the list, or undefined when only a kind can be named. @param {MessageContent} content */
export function summaryOf(content) {
  if (content.text) return { text: content.text };
  const part = content.parts[0];
  if (!part) return { text: "" };
  if (part.kind === "response") return { text: part.text };
  if (part.kind === "question") return { text: part.title };
  return part.kind === "cards" ? { text: part.cards[0]?.title ?? "" } : { kind: part.kind };
}
