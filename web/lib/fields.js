import { html } from "./html.js";
import { t } from "./i18n.js";
import { icon } from "./icon.js";

/**
 * The fields of a form: label, control, hint, and what is wrong, tied together for those who cannot see them.
 *
 * @typedef {import("../models/form.js").Form} Form
 * @typedef {{label: string, hint?: string, placeholder?: string, lengthMax?: number, isRequired?: boolean,
 *   inputMode?: string, unit?: string, lang?: string, type?: "text" | "date" | "time"}} Options
 */

export const fieldId = (/** @type {string} */ path) => `field-${path.replaceAll(".", "-")}`;

/** A line of text, a day or a time of day. @param {Form} form @param {string} path @param {Options} options */
export function textField(form, path, options) {
  const { placeholder, lengthMax, isRequired, inputMode, unit, lang, type } = options;
  return row(form, path, options, (described, isWrong) => html`<span class="with-unit"><input class="field"
    type="${type ?? "text"}" id="${fieldId(path)}" .value=${form.read(path)} maxlength=${lengthMax}
    placeholder=${placeholder} lang=${lang} inputmode=${inputMode} autocomplete="off"
    aria-required=${isRequired ? "true" : null} aria-invalid=${isWrong ? "true" : null} aria-describedby=${described}
    @input=${(event) => form.write(path, event.target.value)} @change=${() => form.leave(path)}>
    ${unit && html`<span class="quiet">${unit}</span>`}</span>`);
}

/** Several lines. @param {Form} form @param {string} path @param {Options & {rows: number}} options */
export function linesField(form, path, options) {
  return row(form, path, options, (described, isWrong) => html`<textarea class="field" id="${fieldId(path)}"
    rows="${options.rows}" placeholder=${options.placeholder} .value=${form.read(path)} spellcheck="false"
    aria-invalid=${isWrong ? "true" : null} aria-describedby=${described}
    @input=${(event) => form.write(path, event.target.value)} @change=${() => form.leave(path)}></textarea>`);
}

/** A colour, picked or written. @param {Form} form @param {string} path @param {Options} options */
export function colourField(form, path, options) {
  const value = form.read(path);
  const isColour = /^#[0-9a-f]{6}$/i.test(value);
  return row(form, path, options, (described, isWrong) => html`<span class="with-unit"><input type="color"
    class="colour" aria-label="${t("form.pickColour")}" .value=${isColour ? value.toLowerCase() : "#000000"}
    @input=${(event) => form.write(path, event.target.value)}><input class="field" type="text" id="${fieldId(path)}"
    .value=${value} maxlength="7" spellcheck="false" aria-invalid=${isWrong ? "true" : null}
    aria-describedby=${described} @input=${(event) => form.write(path, event.target.value.trim())}
    @change=${() => form.leave(path)}></span>`);
}

/**
 * One of several.
 *
 * @param {Form} form @param {string} path
 * @param {Options & {choices: [value: string, label: string][]}} options
 */
export function choiceField(form, path, options) {
  const value = form.read(path);
  return row(form, path, options, (described, isWrong) => html`<select class="field" id="${fieldId(path)}"
    .value=${value} aria-invalid=${isWrong ? "true" : null} aria-describedby=${described}
    @change=${(event) => form.write(path, event.target.value)}>${options.choices.map(([each, label]) => html`<option
    key=${each} value="${each}" ?selected=${each === value}>${label}</option>`)}</select>`);
}

/** On or off. @param {Form} form @param {string} path @param {Options} options */
export function switchField(form, path, { label, hint }) {
  const [id, problem] = [fieldId(path), form.problem(path)];
  return html`<div class="form-switch" key=${path}><input type="checkbox" id="${id}" .checked=${form.read(path)}
    aria-describedby=${describedBy(id, hint, problem)} aria-invalid=${problem ? "true" : null}
    @change=${(event) => form.write(path, event.target.checked)}><label for="${id}">${label}</label>
    ${words(id, hint, problem)}</div>`;
}

/**
 * Several of a few, side by side; `path` holds a yes or no for each.
 *
 * @param {Form} form @param {string} path
 * @param {Options & {choices: [name: string, label: string, full: string][]}} options
 */
export function severalField(form, path, { label, hint, choices }) {
  const [id, problem] = [fieldId(path), form.problem(path)];
  return html`<fieldset class="form-several" key=${path} id="${id}" tabindex="-1"
    aria-describedby=${describedBy(id, hint, problem)}><legend>${label}</legend>
    <div class="several">${choices.map(([name, short, full]) => html`<label key=${name} title="${full}"><input
      type="checkbox" id="${fieldId(`${path}.${name}`)}" aria-label="${full}" .checked=${form.read(`${path}.${name}`)}
      aria-invalid=${problem ? "true" : null}
      @change=${(event) => form.write(`${path}.${name}`, event.target.checked)}>${short}</label>`)}</div>
    ${words(id, hint, problem)}</fieldset>`;
}

/**
 * One of several that each need a sentence.
 *
 * @param {Form} form @param {string} path
 * @param {{label: string, choices: [value: string, label: string, words: string][]}} options
 */
export function radioField(form, path, { label, choices }) {
  const [id, problem] = [fieldId(path), form.problem(path)];
  return html`<fieldset class="form-several" key=${path} id="${id}" tabindex="-1"
    aria-describedby=${describedBy(id, undefined, problem)}><legend>${label}</legend>
    <div class="radios">${choices.map(([value, name, sentence]) => html`<label key=${value}><input type="radio"
      name="${id}" value="${value}" id="${fieldId(`${path}.${value}`)}" .checked=${form.read(path) === value}
      aria-describedby="${id}-${value}-words" @change=${() => form.write(path, value)}><span><b>${name}</b>
      <small id="${id}-${value}-words">${sentence}</small></span></label>`)}</div>
    ${words(id, undefined, problem)}</fieldset>`;
}

/**
 * @param {Form} form @param {string} path @param {Options} options
 * @param {(described: string | null, isWrong: boolean) => unknown} control
 */
function row(form, path, { label, hint }, control) {
  const [id, problem] = [fieldId(path), form.problem(path)];
  return html`<div class="form-row" key=${path}><label for="${id}">${label}</label>
    ${control(describedBy(id, hint, problem), Boolean(problem))}${words(id, hint, problem)}</div>`;
}

/** @param {string} id @param {string | undefined} hint @param {string | undefined} problem */
const describedBy = (id, hint, problem) =>
  [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ") || null;

/** @param {string} id @param {string | undefined} hint @param {string | undefined} problem */
function words(id, hint, problem) {
  return html`${hint && html`<p class="form-hint" id="${id}-hint">${hint}</p>`}
    ${problem && html`<p class="form-problem" id="${id}-problem">${icon("alert")}<span>${t(problem)}</span></p>`}`;
}

/** A titled part of a form. @param {string} title @param {unknown[]} fields */
export const section = (title, fields) => html`<fieldset class="form-section" key=${title}><legend>${title}</legend>
  ${fields}</fieldset>`;
