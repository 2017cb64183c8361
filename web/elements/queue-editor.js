import "./form-bar.js";
import { clock } from "../lib/clock.js";
import { choiceField, linesField, section, switchField, textField } from "../lib/fields.js";
import { stateDot, stateWords } from "../lib/hours-words.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { ViewElement } from "../lib/view-element.js";
import { ACTIONS, CLOSURES, LANGUAGES } from "../models/queue-form.js";

/** What a queue does with those who wait in it; beside it what a customer is told, in the order of time. */
class QueueEditor extends ViewElement {
  static properties = ["form", "administration"];

  view() {
    const { form, administration } = this;
    const stay = (/** @type {Event} */ event) => event.preventDefault();
    return html`<form class="editor" aria-labelledby="editor-title" novalidate @submit=${stay}>
        <h1 id="editor-title" tabindex="-1">${form.entity.name}</h1>
        ${section(t("inQueue.treatment"), this.#treatment())}
        ${section(t("inQueue.hours"), this.#hours())}
        ${section(t("inQueue.overflow"), this.#overflow())}
        ${section(t("inQueue.maximum"), this.#maximum())}
        ${section(t("inQueue.leaving"), this.#leaving())}
        <form-bar .form=${form} .administration=${administration} .savedLabel=${t("form.saved")}
          .saveLabel=${t("form.save")}></form-bar>
      </form>
      <aside class="preview" aria-label="${t("inQueue.story")}"><h2>${t("inQueue.story")}</h2>
        ${LANGUAGES.map((language) => this.#story(language))}</aside>`;
  }

  /** @param {string} path @param {string} key */
  #seconds(path, key) {
    const hint = t(`${key}.hint`);
    return textField(this.form, path, { label: t(key), hint, inputMode: "numeric", unit: t("inQueue.seconds") });
  }

  /** @param {string} part */
  #texts(part) {
    return LANGUAGES.map((language) => linesField(this.form, `${part}.texts.${language}`, {
      label: t(`inQueue.message.${language}`),
      hint: part === "treatment" && language === LANGUAGES[0]
        ? t("inQueue.text.hint", { position: "{position}", wait: "{wait}" }) : undefined,
      rows: 2,
    }));
  }

  /** @param {string} path */
  #target(path) {
    const choices = this.form.others.map(({ id, name }) => [id, name]);
    const none = ["", t("inQueue.queue.choose")];
    return choiceField(this.form, path, { label: t("inQueue.queue"), choices: [none, ...choices] });
  }

  /** @param {string} part */
  #policy(part) {
    const { action } = this.form.values[part];
    return [
      choiceField(this.form, `${part}.action`, {
        label: t("inQueue.action"),
        choices: ACTIONS.map((each) => [each, t(`inQueue.action.${each}`)]),
      }),
      action === "OVERFLOW" && this.#target(`${part}.queue`),
      ...this.#texts(part),
    ];
  }

  #treatment() {
    const { form } = this;
    return [
      switchField(form, "treatment.isOn", { label: t("inQueue.treatment.isOn") }),
      ...(form.values.treatment.isOn ? [
        this.#seconds("treatment.delay", "inQueue.delay"),
        this.#seconds("treatment.interval", "inQueue.interval"),
        textField(form, "treatment.times", { label: t("inQueue.times"), inputMode: "numeric" }),
        ...this.#texts("treatment"),
      ] : []),
    ];
  }

  #standing() {
    const { standing, zone } = this.form;
    return standing?.state && html`<p class="hours-now hours-wide" key="now"><span
      class="dot ${stateDot(standing.state)}"></span><span>${stateWords(standing, zone, clock.now())}</span></p>`;
  }

  #hours() {
    const { form } = this;
    const none = [["", t("inQueue.always")]];
    return [
      this.#standing(),
      choiceField(form, "scheduleGroup", {
        label: t("inQueue.scheduleGroup"),
        choices: [...none, ...form.scheduleGroups.map(({ id, name }) => [id, name])],
      }),
      choiceField(form, "emergencyGroup", {
        label: t("inQueue.emergencyGroup"),
        choices: [["", t("inQueue.none")], ...form.emergencyGroups.map(({ id, name }) => [id, name])],
      }),
      ...CLOSURES.flatMap((closure) => [
        switchField(form, `${closure}.isOn`, { label: t(`inQueue.${closure}`), hint: t(`inQueue.${closure}.hint`) }),
        ...(form.values[closure].isOn ? this.#policy(closure) : []),
      ]),
    ];
  }

  #overflow() {
    const { form } = this;
    return [
      switchField(form, "overflow.isOn", { label: t("inQueue.overflow.isOn"), hint: t("inQueue.overflow.hint") }),
      ...(form.values.overflow.isOn ? [
        this.#target("overflow.queue"),
        this.#seconds("overflow.after", "inQueue.after"),
        this.#seconds("overflow.estimated", "inQueue.estimated"),
        ...this.#texts("overflow"),
      ] : []),
    ];
  }

  #maximum() {
    const { form } = this;
    return [
      switchField(form, "maximum.isOn", { label: t("inQueue.maximum.isOn") }),
      ...(form.values.maximum.isOn
        ? [this.#seconds("maximum.seconds", "inQueue.maximum.seconds"), ...this.#policy("maximum")] : []),
    ];
  }

  #leaving() {
    return [this.#seconds("inactivity", "inQueue.inactivity"), this.#seconds("short", "inQueue.short")];
  }

  /** @param {string} language */
  #story(language) {
    const told = this.form.story(language);
    const wait = t(`inQueue.example.${language}`);
    const filled = (/** @type {string} */ text) => text.replaceAll("{position}", "2").replaceAll("{wait}", wait);
    return html`<section key=${language}><h3>${t(`inQueue.text.${language}`)}</h3>
      ${told.length === 0 && html`<p class="quiet">${t("inQueue.silent")}</p>`}
      <ol class="in-queue-story" lang="${language}">${told.map(({ at, text }) => html`<li key=${at}>
        <span class="quiet">${t("inQueue.at", { seconds: at })}</span><p>${filled(text)}</p></li>`)}</ol></section>`;
  }
}

QueueEditor.define("queue-editor");
