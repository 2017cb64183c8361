import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { nameOf } from "../lib/words.js";
import { details } from "../models/conversation.js";
import { pendingLines, timelineOf } from "../models/timeline.js";
import { lineView } from "./transcript-lines.js";

const NEAR_END_PX = 80;
const NEAR_START_PX = 240;

/** What was said and what happened, across conversations: earlier ones come in above when one scrolls up. */
class TranscriptView extends ViewElement {
  static properties = ["desk", "conversation", "messages", "outbox", "typing", "history", "directory"];

  follows = true;
  unseen = 0;
  geometryBefore = "";

  view() {
    const { conversation, history } = this;
    const userId = this.desk.status.user.id;
    const pending = pendingLines(conversation, this.outbox.of(conversation.id), this.desk.status.user.name);
    return html`<div class="transcript" role="log" aria-live="off" aria-label="${t("transcript.label")}" tabindex="0"
      @scroll=${this.#scrolled}>
        <ol>${this.#older()}
          ${history.opened.toReversed().map((earlier) => this.#lines(earlier, timelineOf(earlier, userId)))}
          ${this.#lines(conversation, [...timelineOf(conversation, userId), ...pending])}${this.#typing()}</ol></div>
      ${this.unseen > 0 && html`<button class="button jump" @click=${this.#jump}>${icon("arrow-down")}
        ${t("transcript.unseen", { count: this.unseen })}</button>`}`;
  }

  #older() {
    const { history } = this;
    if (history.isLoading) {
      return html`<li class="older" key="older"><span class="skeleton" style=${{ width: "240px" }}></span>
        <span class="hidden-text">${t("history.loading")}</span></li>`;
    }
    if (history.hasFailed) {
      return html`<li class="older" key="older"><span>${t("history.failed")}</span>
        <button class="button" @click=${this.#openEarlier}>${t("action.retry")}</button></li>`;
    }
    if (!history.hasMore || (history.isListed && !history.summaries.length)) return [];
    return html`<li class="older" key="older"><button class="button plain" @click=${this.#openEarlier}>
      ${t("history.more")}</button></li>`;
  }

  /** @param {import("../models/conversation.js").Conversation} conversation @param {any[]} lines */
  #lines(conversation, lines) {
    const context = { messages: this.messages, directory: this.directory, desk: this.desk };
    return lines.map((line) => lineView(line, conversation, context));
  }

  #typing() {
    if (!this.typing.isCustomerTyping(this.conversation.id)) return [];
    return html`<li key="typing" class="typing"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
      ${t("typing.long", { name: nameOf(this.conversation) })}</li>`;
  }

  get #scroller() {
    return /** @type {HTMLElement} */ (this.querySelector(".transcript"));
  }

  /** Stays at the end while one is there; keeps what one reads in place when earlier talks come in above. */
  updated() {
    const scroller = this.#scroller;
    for (const watched of [scroller, scroller.firstElementChild]) this.observer.observe(watched);
    const grown = this.history.opened.length + (this.history.isLoading ? 0.5 : 0);
    if (this.follows) scroller.scrollTop = scroller.scrollHeight;
    else if (grown !== this.openedBefore) scroller.scrollTop += scroller.scrollHeight - this.heightBefore;
    this.openedBefore = grown;
    this.heightBefore = scroller.scrollHeight;
    this.#askForEarlierTexts();
    this.#countUnseen();
  }

  connected() {
    // Images and late texts make it taller after the render, a growing composer makes its window smaller.
    this.observer = new ResizeObserver(() => this.follows && (this.#scroller.scrollTop = this.#scroller.scrollHeight));
    this.signal?.addEventListener("abort", () => this.observer.disconnect());
    if (!this.history.isListed) this.history.loadSummaries();
  }

  #askForEarlierTexts() {
    for (const earlier of this.history.opened) {
      this.messages.want(earlier.id, details(earlier).map(({ detail }) => detail.messageId));
    }
  }

  #countUnseen() {
    const { length } = details(this.conversation);
    const before = this.seen ?? length;
    if (this.follows) this.seen = length;
    const unseen = this.follows ? 0 : Math.max(0, length - before);
    if (unseen === this.unseen) return;
    this.unseen = unseen;
    this.update();
  }

  #scrolled = () => {
    const scroller = this.#scroller;
    const isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;
    const geometry = `${scroller.scrollHeight} ${scroller.clientHeight}`;
    // Only a person scrolls up in a transcript that stays as it is; when text or window change, the end has moved.
    if (isAtEnd) this.follows = true;
    else if (geometry === this.geometryBefore) this.follows = false;
    this.geometryBefore = geometry;
    const isScrollable = scroller.scrollHeight > scroller.clientHeight + NEAR_START_PX;
    if (isScrollable && scroller.scrollTop < NEAR_START_PX && this.history.summaries.length) this.#openEarlier();
    this.#countUnseen();
  };

  #openEarlier = () => {
    if (!this.history.hasMore || this.history.isLoading) return;
    this.follows = false;
    this.history.openNext();
  };

  #jump = () => {
    this.follows = true;
    this.update();
  };

  /** Brings an earlier conversation into view. @param {string} id */
  async show(id) {
    this.follows = false;
    await this.history.openUntil(id);
    const mark = `[data-talk-id="${CSS.escape(id)}"]`;
    requestAnimationFrame(() => this.querySelector(mark)?.scrollIntoView({ block: "start" }));
  }
}

TranscriptView.define("transcript-view");
