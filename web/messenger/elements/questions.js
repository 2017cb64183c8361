import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { ViewElement } from "../../lib/view-element.js";
import { answerOf, missingOn, textsOf } from "../models/questions.js";
import { wordsOf } from "../models/content.js";
import { fieldView, say } from "../views/fields.js";
import { hasFocus, lostFocus } from "../views/focus.js";
import { icon } from "../views/icons.js";

/** A date picker, a list picker or a form: asked page by page, answered once, then what was answered. */
class Questions extends ViewElement {
  static properties = ["questions", "answer", "isOpen", "context", "messageId", "send"];

  /** @type {import("../models/questions.js").Values} */
  #values = {};
  /** −1: the introduction. One beyond the last: the summary. */
  #page = -1;
  #missing = "";
  #showsAll = false;
  #takesFocus = false;
  #hadFocus = false;

  view() {
    this.#hadFocus = hasFocus(this);
    const { title, subtitle, image, replyTitle } = this.questions;
    const isAnswered = Boolean(this.answer);
    return html`
      ${image && html`<img src=${image} alt="" loading="lazy" referrerpolicy="no-referrer">`}
      <div class="card-words">
        ${title && html`<h3>${(isAnswered && replyTitle) || title}</h3>`}
        ${!isAnswered && subtitle && html`<p>${subtitle}</p>`}
        ${isAnswered && this.#answered()}
      </div>
      ${!isAnswered && (this.isOpen ? this.#asking() : html`<p class="closed">${t("ask.closed")}</p>`)}`;
  }

  updated() {
    if (this.#hadFocus && !this.#takesFocus && lostFocus(this)) this.emit("focuslost");
    if (!this.#takesFocus) return;
    this.#takesFocus = false;
    const control = ":is(input, textarea, select)";
    const to = this.#missing ? `.question:has(.problem) ${control}` : `form h4, form ${control}`;
    /** @type {HTMLElement | null} */ (this.querySelector(to))?.focus();
  }

  #answered() {
    const words = this.answer.text || wordsOf(this.answer.content);
    return html`<ul class="answered" aria-label=${t("ask.answered")}>
      ${words.split("\n").map((line) => html`<li>${icon("check")}<span>${line}</span></li>`)}</ul>`;
  }

  get #current() {
    return this.questions.start ? this.#page : Math.max(0, this.#page);
  }

  #asking() {
    const { start, pages } = this.questions;
    if (this.#current < 0)
      return html`<button type="button" class="action" @click=${() => this.#go(0)}>
        ${start === "…" ? t("ask.start") : start}</button>`;
    const isSummary = this.#current >= pages.length;
    return html`<form class="asking" novalidate key=${this.#current} @submit=${this.#submitted}>
      ${isSummary ? this.#summary() : this.#fields(pages[this.#current])}
      <div class="steps">
        ${start && html`<button type="button" class="quiet" @click=${() => this.#go(this.#current - 1)}>
          ${t("ask.back")}</button>`}
        <button type="submit" class="primary">${this.#isLast ? t("ask.send") : t("ask.next")}</button></div></form>`;
  }

  /** @param {import("../models/questions.js").Page} page */
  #fields({ title, subtitle, questions }) {
    return html`${title && html`<h4 tabindex="-1">${title}</h4>`}${subtitle && html`<p class="hint">${subtitle}</p>`}
      ${questions.map((question) => html`<div key=${question.id}>
        ${fieldView(question, this.#field(question))}</div>`)}`;
  }

  /** @param {import("../models/questions.js").Question} question */
  #field({ id }) {
    return {
      // Names ids of elements, in which spaces would part them.
      name: `${this.messageId}-${id}`.replace(/\s/g, "_"),
      chosen: this.#values[id] ?? [],
      isMissing: this.#missing === id,
      showsAll: this.#showsAll,
      set: (/** @type {string[]} */ chosen) => this.#set(id, chosen),
      showAll: () => {
        this.#showsAll = true;
        this.update();
      },
    };
  }

  #summary() {
    const asked = this.questions.pages.flatMap(({ questions }) => questions);
    return html`<h4 tabindex="-1">${t("ask.check")}</h4><dl>${asked.map((question) => html`
      <dt>${question.title || t("ask.answer")}</dt>
      <dd>${say.list(textsOf(question, this.#values[question.id] ?? [], say.time)) || t("ask.none")}</dd>`)}</dl>`;
  }

  get #isLast() {
    const { pages, hasSummary } = this.questions;
    return this.#current >= pages.length - (hasSummary ? 0 : 1);
  }

  /** @param {string} id @param {string[]} chosen */
  #set(id, chosen) {
    this.#values = { ...this.#values, [id]: chosen };
    if (this.#missing === id) this.#missing = "";
    this.update();
  }

  /** @param {number} page */
  #go(page) {
    this.#page = page;
    this.#missing = "";
    this.#takesFocus = true;
    this.update();
  }

  /** @param {Event} event */
  #submitted = (event) => {
    event.preventDefault();
    const page = this.questions.pages[this.#current];
    const missing = page && missingOn(page, this.#values);
    if (missing) {
      this.#missing = missing.id;
      this.#takesFocus = true;
      this.update();
    } else if (!this.#isLast) this.#go(this.#current + 1);
    else if (Object.values(this.#values).some((chosen) => chosen.length))
      this.send(answerOf(this.questions, this.#values, this.messageId, say));
  };
}

Questions.define("engawa-questions");
