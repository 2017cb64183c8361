import { html } from "../lib/html.js";
import { i18n, t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { nameOf } from "../lib/words.js";
import { CHARACTERS_MAX, MessageSearch, piecesOf } from "../models/message-search.js";

/** Finds messages by their words; those of a conversation at the agent's desk lead to it. */
class MessageFinder extends ViewElement {
  static properties = ["desk", "work", "search"];

  isOpen = false;

  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.search = new MessageSearch(this.desk.api);
    this.update();
    this.querySelector("dialog").showModal();
    queueMicrotask(() => queueMicrotask(() => this.querySelector("input")?.focus()));
  }

  view() {
    return html`<dialog class="sheet" aria-label="${t("search.label")}" @close=${this.#closed}>
      ${this.isOpen && this.#sheet()}</dialog>`;
  }

  #sheet() {
    const { search } = this;
    return html`<div class="palette-input">${icon("search")}<input type="search" maxlength=${CHARACTERS_MAX}
      aria-label="${t("search.placeholder")}" placeholder="${t("search.placeholder")}" .value=${search.text}
        @input=${(event) => search.type(event.target.value)}></div>
      <p class="sheet-text quiet" role="status">${this.#state()}</p>
      <ul class="results found-messages" aria-label="${t("search.results")}">
        ${search.results.map((result) => this.#result(result))}</ul>
      ${(search.failure || search.hasMore) && html`<button class="button plain" ?disabled=${search.isLoading}
        @click=${() => search.more()}>${t(search.failure ? "action.retry" : "search.more")}</button>`}`;
  }

  #state() {
    const { search } = this;
    if (search.isLoading) return t("search.loading");
    if (search.failure) return t(search.failure.sentence ?? "error.unexpected");
    if (!search.answered) return t("search.hint");
    if (search.results.length) return t("search.found", { count: search.results.length });
    return t(search.isComplete ? "search.none" : "search.noneYet");
  }

  #result(result) {
    const item = this.work.items.find(({ conversation }) => conversation.id === result.conversationId);
    const at = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeStyle: "short" });
    const text = html`<span class="main">${piecesOf(result.transcript, result.highlights).map((piece) =>
      piece.isHit ? html`<mark>${piece.text}</mark>` : html`<span>${piece.text}</span>`)}
      <small>${t(`search.${result.direction}`)} · ${at.format(new Date(result.startTime))}</small></span>`;
    return html`<li key=${result.messageId}>${item
      ? html`<button class="result" @click=${() => this.#choose(result)}><strong>${nameOf(item.conversation)}</strong>
        ${text}</button>`
      : html`<div class="result">${text}</div>`}</li>`;
  }

  #choose({ conversationId }) {
    this.querySelector("dialog").close();
    setTimeout(() => this.emit("open-conversation", { id: conversationId, focus: true }));
  }

  #closed = () => {
    this.search.type("");
    this.isOpen = false;
    this.update();
  };
}

MessageFinder.define("message-finder");
