import { list, mediaAddress, object, text } from "./wire.js";

/**
 * Date pickers, list pickers and forms as one thing: pages of questions, what was answered, and the message that says
 * it (reference B.4).
 *
 * @typedef {import("./wire.js").Json} Json
 * @typedef {{id: string, title: string, subtitle: string, image?: string}} Item
 * @typedef {{title: string, isMultiple: boolean, items: Item[]}} Section
 * @typedef {{id: string, kind: "list" | "date" | "input" | "wheel", title: string, subtitle: string, image?: string,
 *   isRequired: boolean, sections: Section[], times: string[], earliest: string, latest: string, placeholder: string,
 *   isLong: boolean, keyboard: string, autocomplete: string}} Question
 * @typedef {{title: string, subtitle: string, questions: Question[]}} Page
 * @typedef {{type: "DatePicker" | "ListPicker" | "Form", title: string, subtitle: string, image?: string,
 *   start: string, pages: Page[], hasSummary: boolean, replyTitle: string, cannedResponseId: string}} Questions
 * @typedef {{question: Question, chosen: string[], texts: string[]}} Given
 * @typedef {{time: (time: string) => string, list: (texts: string[]) => string,
 *   line: (title: string, answer: string) => string}} Say how the customer's language puts things
 * @typedef {Record<string, string[]>} Values answers by question: ids of items, a time, or what was written
 */

/**
 * @param {Json} item of contentType DatePicker, ListPicker or Form
 * @param {string} origin
 * @returns {Questions | undefined}
 */
export function readQuestions(item, origin) {
  if (item.contentType === "Form") return readForm(object(item.form), origin);
  const data = object(item.contentType === "DatePicker" ? item.datePicker : item.listPicker);
  const type = item.contentType === "DatePicker" ? "DatePicker" : "ListPicker";
  const head = type === "DatePicker" ? data : object(data.receivedMessage);
  const question = type === "DatePicker" ? dateQuestion(data, 0) : listQuestion(data, 0, origin);
  if (!question) return undefined;
  // The head says what the only question asks.
  Object.assign(question, { title: "", subtitle: "", isRequired: true });
  return {
    ...headOf(head, origin),
    type,
    start: "",
    pages: [{ title: "", subtitle: "", questions: [question] }],
    hasSummary: false,
    replyTitle: text(object(data.replyMessage).title),
    cannedResponseId: "",
  };
}

/** @param {Json} form @param {string} origin @returns {Questions | undefined} */
function readForm(form, origin) {
  let index = 0;
  const pages = list(form.formPages).map((page) => ({
    title: text(page.title),
    subtitle: text(page.subtitle),
    questions: list(page.pageComponents).flatMap(
      (component) => readComponent(component, (index += 1), origin) ?? [],
    ),
  }));
  if (!pages.some((page) => page.questions.length)) return undefined;
  const head = object(form.introduction);
  return {
    ...headOf(head.title ? head : object(form.receivedMessage), origin),
    type: "Form",
    start: text(head.buttonText) || text(object(form.receivedMessage).buttonLabel) || "…",
    pages: pages.filter((page) => page.questions.length),
    hasSummary: form.showSummary === true,
    replyTitle: text(object(form.replyMessage).title),
    cannedResponseId: text(form.cannedResponseId),
  };
}

/** @param {Json} data @param {string} origin */
const headOf = (data, origin) => ({
  title: text(data.title) || text(data.header),
  subtitle: text(data.subtitle),
  image: mediaAddress(data.imageUrl, origin),
});

/** @param {Json} component @param {number} index @param {string} origin @returns {Question | undefined} */
function readComponent(component, index, origin) {
  const type = text(component.formComponentType);
  if (type === "DatePicker") return dateQuestion(object(component.datePicker), index);
  if (type === "ListPicker") return listQuestion(object(component.listPicker), index, origin);
  if (type === "WheelPicker") return wheelQuestion(object(component.wheelPicker), index);
  return type === "Input" ? inputQuestion(object(component.input), index) : undefined;
}

/** @param {Question["kind"]} kind @param {Json} data @param {number} index @returns {Question} */
function question(kind, data, index) {
  return {
    kind,
    id: text(data.id) || `question-${index}`,
    title: text(data.title),
    subtitle: text(data.subtitle),
    isRequired: data.isRequired === true,
    sections: [],
    times: [],
    earliest: text(data.dateMinimum),
    latest: text(data.dateMaximum),
    placeholder: text(data.placeholderText),
    isLong: data.isMultipleLine === true,
    keyboard: text(data.keyboardType),
    autocomplete: text(data.autoCompleteType),
  };
}

/** @param {Json} data @param {number} index */
function dateQuestion(data, index) {
  const times = list(data.availableTimes).map(({ dateTime }) => text(dateTime));
  const isTime = (/** @type {string} */ time) => !Number.isNaN(Date.parse(time));
  const sorted = [...new Set(times.filter(isTime))].sort((one, other) => Date.parse(one) - Date.parse(other));
  return { ...question("date", data, index), times: sorted };
}

/** @param {Json} data @param {number} index @param {string} origin @returns {Question | undefined} */
function listQuestion(data, index, origin) {
  const sections = list(data.sections).map((section) => ({
    title: text(section.title),
    isMultiple: section.multipleSelection === true,
    items: list(section.items).map((item) => ({
      id: text(item.id) || text(item.title),
      title: text(item.title),
      subtitle: text(item.subtitle),
      image: mediaAddress(item.imageUrl, origin),
    })),
  }));
  const filled = sections.filter((section) => section.items.length);
  const title = text(object(data.receivedMessage).title);
  return filled.length ? { ...question("list", { id: data.id, title }, index), sections: filled } : undefined;
}

/** @param {Json} data @param {number} index @returns {Question} */
function wheelQuestion(data, index) {
  const items = list(data.items).map((item) => ({
    id: text(item.value) || text(item.id),
    title: text(item.title),
    subtitle: "",
  }));
  return { ...question("wheel", data, index), sections: [{ title: "", isMultiple: false, items }] };
}

/** @param {Json} data @param {number} index */
const inputQuestion = (data, index) => question("input", data, index);

/** What is missing on a page: the first question that needs an answer. @param {Page} page @param {Values} values */
export const missingOn = (page, values) =>
  page.questions.find(({ id, isRequired }) => isRequired && !values[id]?.some((value) => value.trim()));

/** @param {Question} question @param {string[]} chosen @param {(time: string) => string} timeText */
export function textsOf(question, chosen, timeText) {
  if (question.kind === "input") return chosen;
  if (question.kind === "date") return chosen.map(timeText);
  const items = question.sections.flatMap((section) => section.items);
  return chosen.flatMap((id) => items.find((item) => item.id === id)?.title ?? []);
}

/**
 * The message that answers.
 *
 * @param {Questions} questions
 * @param {Values} values
 * @param {string} messageId the outbound message that asked
 * @param {Say} say
 */
export function answerOf(questions, values, messageId, say) {
  const asked = questions.pages.flatMap((page) => page.questions);
  const given = asked
    .map((question) => ({ question, chosen: (values[question.id] ?? []).filter((value) => value.trim()) }))
    .filter(({ chosen }) => chosen.length)
    .map((one) => ({ ...one, texts: textsOf(one.question, one.chosen, say.time) }));
  return questions.type === "Form"
    ? formAnswer(questions, given, messageId, say)
    : choiceAnswer(questions, given, messageId);
}

/** @param {Questions} questions @param {Given[]} given @param {string} messageId */
function choiceAnswer({ type }, given, messageId) {
  const choices = given.flatMap(({ chosen, texts }) =>
    chosen.map((payload, index) => ({ payload, text: texts[index] })),
  );
  return {
    type: "Structured",
    text: choices.map((choice) => choice.text).join("\n"),
    content: choices.map(({ payload, text: words }) => ({
      contentType: "ButtonResponse",
      buttonResponse: { type, text: words, payload, originatingMessageId: messageId },
    })),
    parent: messageId,
  };
}

/** @param {Questions} questions @param {Given[]} given @param {string} messageId @param {Say} say */
function formAnswer({ cannedResponseId }, given, messageId, say) {
  const response = given.map(({ question, chosen, texts }) => ({
    id: question.id,
    component: {
      contentType: "ButtonResponse",
      buttonResponse: { type: "Form", text: say.list(texts), payload: chosen.join(",") },
    },
  }));
  return {
    type: "Structured",
    text: given.map(({ question, texts }) => say.line(question.title || question.id, say.list(texts))).join("\n"),
    content: [
      {
        contentType: "Form",
        form: { originatingMessageId: messageId, ...(cannedResponseId && { cannedResponseId }), response },
      },
    ],
    parent: messageId,
  };
}
