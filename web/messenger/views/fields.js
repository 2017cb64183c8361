import { dateAndTime, timeOfDay, weekday } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { i18n, t } from "../../lib/i18n.js";

/**
 * Fields of a question: choices, times, a wheel, text.
 *
 * @typedef {import("../models/questions.js").Question} Question
 * @typedef {{name: string, chosen: string[], set: (chosen: string[]) => void, isMissing: boolean, showsAll: boolean,
 *   showAll: () => void}} Field
 *   `name` is unique on the page: radio buttons with the same one belong together
 */

/** More days than that are a wall. */
const DAYS_AT_ONCE = 3;

/** @param {Question} question @param {Field} field */
export const fieldView = (question, field) => FIELDS[question.kind](question, field);

/** @type {Record<Question["kind"], (question: Question, field: Field) => unknown>} */
const FIELDS = { list, date, wheel, input };

/** What is asked, and that an answer is missing. @param {Question} question @param {Field} field */
function words({ title, subtitle, isRequired }, { isMissing, name }) {
  const optional = !isRequired && html`<small>${t("ask.optional")}</small>`;
  return html`${title && html`<span class="asked">${title}${optional}</span>`}
    ${subtitle && html`<span class="hint">${subtitle}</span>`}
    ${isMissing && html`<span class="problem" id=${`${name}-problem`} role="alert">${t("ask.missing")}</span>`}`;
}

/** @param {Question} question @param {Field} field */
function list(question, field) {
  const { sections, title } = question;
  return html`<div class="question" role="group" aria-label=${title || t("ask.choices")}>
    ${words(question, field)}
    ${sections.map((section, index) => html`<fieldset>
      ${section.title && html`<legend>${section.title}</legend>`}
      ${section.items.map((item) => option(item, section, { ...field, name: `${field.name}-${index}` }))}
    </fieldset>`)}</div>`;
}

/**
 * @param {import("../models/questions.js").Item} item
 * @param {import("../models/questions.js").Section} section
 * @param {Field} field
 */
function option(item, { isMultiple, items }, { name, chosen, set }) {
  const isChosen = chosen.includes(item.id);
  const change = () => {
    const others = chosen.filter((id) => id !== item.id && (isMultiple || !items.some((one) => one.id === id)));
    set(isChosen && isMultiple ? others : [...others, item.id]);
  };
  return html`<label class="option">
    <input type=${isMultiple ? "checkbox" : "radio"} name=${name} .checked=${isChosen} @change=${change}>
    ${item.image && html`<img src=${item.image} alt="" loading="lazy" referrerpolicy="no-referrer">`}
    <span>${item.title}${item.subtitle && html`<small>${item.subtitle}</small>`}</span></label>`;
}

/** @param {Question} question @param {Field} field */
function date(question, field) {
  const { times } = question;
  if (times.length === 0) return moment(question, field);
  const days = Object.entries(Object.groupBy?.(times, dayOf) ?? byDay(times));
  const shown = field.showsAll ? days : days.slice(0, DAYS_AT_ONCE);
  return html`<div class="question" role="group" aria-label=${question.title || t("ask.times")}>
    ${words(question, field)}
    ${shown.map(([, ofDay]) => html`<fieldset><legend>${weekday(Date.parse(ofDay[0]))}</legend><div class="times">
      ${ofDay.map((time) => html`<label class="time">
        <input type="radio" name=${field.name} .checked=${field.chosen[0] === time} @change=${() => field.set([time])}>
        <span>${timeOfDay(Date.parse(time))}</span></label>`)}</div></fieldset>`)}
    ${shown.length < days.length &&
      html`<button type="button" class="quiet" @click=${field.showAll}>${t("ask.moreDays")}</button>`}</div>`;
}

/** @param {string} time */
const dayOf = (time) => new Date(time).toDateString();

/** @param {string[]} times @returns {Record<string, string[]>} */
function byDay(times) {
  /** @type {Record<string, string[]>} */
  const days = {};
  for (const time of times) (days[dayOf(time)] ??= []).push(time);
  return days;
}

/** Any time between two. @param {Question} question @param {Field} field */
function moment(question, field) {
  const set = (/** @type {Event} */ { target }) => {
    const at = Date.parse(/** @type {HTMLInputElement} */ (target).value);
    field.set(Number.isNaN(at) ? [] : [new Date(at).toISOString()]);
  };
  return html`<label class="question">${words(question, field)}
    <input type="datetime-local" min=${local(question.earliest)} max=${local(question.latest)}
      aria-label=${question.title ? null : t("ask.time")} .value=${local(field.chosen[0] ?? "")}
      @change=${set}></label>`;
}

/** As `datetime-local` wants it: the reader's clock without its zone. @param {string} time */
function local(time) {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return "";
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** @param {Question} question @param {Field} field */
function wheel(question, field) {
  const set = (/** @type {Event} */ { target }) => field.set([/** @type {HTMLSelectElement} */ (target).value]);
  return html`<label class="question">${words(question, field)}
    <select aria-label=${question.title ? null : t("ask.choices")} .value=${field.chosen[0] ?? ""} @change=${set}>
      <option value="">${t("ask.choose")}</option>
      ${question.sections[0].items.map(({ id, title }) => html`<option value=${id}
        ?selected=${field.chosen[0] === id}>${title}</option>`)}</select></label>`;
}

/** Kinds of keyboards that the wire knows, as browsers name them. @type {Record<string, string>} */
const KEYBOARDS = {
  emailaddress: "email",
  numberpad: "numeric",
  numbersandpunctuation: "numeric",
  decimalpad: "decimal",
  phonepad: "tel",
  url: "url",
  websearch: "search",
};
/** What a browser may fill in. @type {Record<string, string>} */
const FILLS = {
  name: "name",
  givenname: "given-name",
  familyname: "family-name",
  emailaddress: "email",
  telephonenumber: "tel",
  fullstreetaddress: "street-address",
  postalcode: "postal-code",
};

/** @param {Question} question @param {Field} field */
function input(question, field) {
  const { placeholder, isLong, isRequired } = question;
  const plain = (/** @type {string} */ word) => word.toLowerCase().replace(/[^a-z0-9]/g, "");
  const attributes = {
    mode: KEYBOARDS[plain(question.keyboard)],
    fill: FILLS[plain(question.autocomplete)] ?? "off",
    problem: field.isMissing ? `${field.name}-problem` : null,
    label: question.title ? null : placeholder || t("ask.answer"),
  };
  const set = (/** @type {Event} */ { target }) => field.set([/** @type {HTMLInputElement} */ (target).value]);
  const value = field.chosen[0] ?? "";
  const control = isLong
    ? html`<textarea rows="3" maxlength="2000" placeholder=${placeholder} aria-required=${String(isRequired)}
        aria-label=${attributes.label} aria-describedby=${attributes.problem} .value=${value} @input=${set}></textarea>`
    : html`<input type="text" maxlength="500" inputmode=${attributes.mode} autocomplete=${attributes.fill}
        placeholder=${placeholder} aria-required=${String(isRequired)} aria-label=${attributes.label}
        aria-describedby=${attributes.problem} .value=${value} @input=${set}>`;
  return html`<label class="question">${words(question, field)}${control}</label>`;
}

/** @param {string} time */
export const timeText = (time) => dateAndTime(Date.parse(time));

/** How answers are put into words. @type {import("../models/questions.js").Say} */
export const say = {
  time: timeText,
  list: (texts) => new Intl.ListFormat(i18n.language, { style: "narrow", type: "conjunction" }).format(texts),
  line: (title, answer) => t("ask.line", { title, answer }),
};
