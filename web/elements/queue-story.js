import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { findingStory, timeWords } from "../lib/queue-words.js";
import { ViewElement } from "../lib/view-element.js";
import { LANGUAGES } from "../models/in-queue-values.js";

/** What comes of a queue's settings: whom a conversation is offered to, and what its customer is told, in time. */
class QueueStory extends ViewElement {
  static properties = ["form"];

  view() {
    return html`<section aria-labelledby="story-finding"><h2 id="story-finding">${t("queue.story")}</h2>
        ${this.#list(findingStory(this.form))}</section>
      <section aria-labelledby="story-told"><h2 id="story-told">${t("inQueue.story")}</h2>
        ${LANGUAGES.map((language) => this.#told(language))}</section>`;
  }

  /** @param {string} language */
  #told(language) {
    const told = this.form.story(language);
    const wait = t(`inQueue.example.${language}`);
    const filled = (/** @type {string} */ text) => text.replaceAll("{position}", "2").replaceAll("{wait}", wait);
    return html`<section key=${language}><h3>${t(`inQueue.text.${language}`)}</h3>
      ${told.length === 0 && html`<p class="quiet">${t("inQueue.silent")}</p>`}
      ${this.#list(told.map(({ at, text }) => ({ at, text: filled(text) })), language)}</section>`;
  }

  /** @param {{at: number, text: string}[]} moments @param {string} [language] */
  #list(moments, language) {
    return html`<ol class="in-queue-story">${moments.map(({ at, text }, index) => html`<li key=${index}>
      <span class="quiet">${at ? t("queue.story.at", { time: timeWords(at) }) : t("queue.story.now")}</span>
      <p lang=${language}>${text}</p></li>`)}</ol>`;
  }
}

QueueStory.define("queue-story");
