import { choiceField, linesField, textField } from "./fields.js";
import { t } from "./i18n.js";
import { unitWords } from "./queue-words.js";
import { ACTIONS, LANGUAGES } from "../models/in-queue-values.js";

/**
 * Fields that several parts of a queue have.
 *
 * @typedef {import("../models/queue-form.js").QueueForm} QueueForm
 */

/**
 * A time in seconds, with what it comes to beside it.
 *
 * @param {QueueForm} form @param {string} path @param {string} key
 */
export const secondsField = (form, path, key) => textField(form, path, {
  label: t(key),
  hint: t(`${key}.hint`),
  inputMode: "numeric",
  unit: unitWords(form.read(path)),
});

/**
 * One of a few values, with a sentence about the chosen one.
 *
 * @param {QueueForm} form @param {string} path @param {string} key @param {string[]} values
 */
export const wordsField = (form, path, key, values) => choiceField(form, path, {
  label: t(key),
  hint: t(`${key}.${form.read(path)}.hint`),
  choices: values.map((value) => [value, t(`${key}.${value}`)]),
});

/**
 * Another queue.
 *
 * @param {QueueForm} form @param {string} path @param {{label: string, none: string, hint?: string}} words
 */
export function queueField(form, path, { label, none, hint }) {
  const value = form.read(path);
  const isGone = value && !form.others.some(({ id }) => id === value);
  return choiceField(form, path, {
    label,
    hint,
    choices: [
      ["", none],
      ...(isGone ? [/** @type {[string, string]} */ ([value, t("queue.gone")])] : []),
      ...form.others.map(({ id, name }) => /** @type {[string, string]} */ ([id, name])),
    ],
  });
}

/** What a customer is told, in each language. @param {QueueForm} form @param {string} part */
export const textFields = (form, part) => LANGUAGES.map((language) => linesField(form, `${part}.texts.${language}`, {
  label: t(`inQueue.message.${language}`),
  hint: part === "treatment" && language === LANGUAGES[0]
    ? t("inQueue.text.hint", { position: "{position}", wait: "{wait}" }) : undefined,
  rows: 2,
}));

/** @param {QueueForm} form @param {string} path */
export const targetField = (form, path) =>
  queueField(form, path, { label: t("inQueue.queue"), none: t("inQueue.queue.choose") });

/** What becomes of those who wait, and what they are told of it. @param {QueueForm} form @param {string} part */
export const policyFields = (form, part) => [
  choiceField(form, `${part}.action`, {
    label: t("inQueue.action"),
    choices: ACTIONS.map((each) => [each, t(`inQueue.action.${each}`)]),
  }),
  form.values[part].action === "OVERFLOW" && targetField(form, `${part}.queue`),
  ...textFields(form, part),
];

/**
 * What has to be said for people to be picked.
 *
 * @param {QueueForm} form
 * @param {{title: string, isTaken: (row: import("../models/queue-members.js").Row) => boolean,
 *   onPick: (people: any[]) => void}} pick `isTaken`: of who is in the queue, who is not to be picked
 */
export function peoplePick(form, { title, isTaken, onPick }) {
  const taken = new Set(form.rows.filter(isTaken).map(({ id }) => id));
  return {
    title,
    onPick,
    search: t("queue.people.find"),
    none: t("queue.people.everybody"),
    confirm: (/** @type {number} */ count) => t("queue.people.confirm", { count }),
    isTaken: (/** @type {{id: string}} */ { id }) => taken.has(id),
    find: async (/** @type {string} */ text) => {
      const { entities, total } = await form.api.people(text, 1);
      const items = entities.map(({ id, name, title: position, email }) => ({ id, name, detail: position || email }));
      return { items, total };
    },
  };
}
