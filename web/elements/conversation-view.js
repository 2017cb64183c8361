import "./conversation-header.js";
import "./message-composer.js";
import "./transcript-view.js";
import "./wrapup-panel.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { veranda } from "../lib/veranda.js";
import { ViewElement } from "../lib/view-element.js";

/** The open conversation, or what to do when there is none. */
class ConversationView extends ViewElement {
  static properties = ["desk", "work", "actions", "preferences", "status"];

  connected() {
    this.setAttribute("role", "main");
    this.id = "conversation";
    this.tabIndex = -1;
  }

  view() {
    const { desk, work, actions } = this;
    const conversation = work.find(desk.selectedId);
    this.setAttribute("aria-label", t("conversation.label"));
    if (!conversation) return this.#empty();
    const { id } = conversation;
    return html`<conversation-header .desk=${desk} .work=${work} .actions=${actions} .conversation=${conversation}
      .preferences=${this.preferences}></conversation-header>
      <transcript-view key=${`transcript ${id}`} .desk=${desk} .conversation=${conversation} .messages=${desk.messages}
        .outbox=${desk.outbox} .typing=${desk.typing}
        .history=${desk.history(id)} .directory=${desk.directory}></transcript-view>
      <div class="foot">${this.#foot(id)}</div>`;
  }

  /** @param {string} id */
  #foot(id) {
    const { desk, work, actions } = this;
    switch (work.stage(id)) {
      case "connected":
        return html`<message-composer key=${id} .desk=${desk} .attachments=${desk.attachments}
          .conversation=${work.find(id)}></message-composer>`;
      case "held":
        return html`<div class="notice-strip"><span>${t("held.words")}</span>
          <button class="button primary" ?disabled=${actions.isBusy("hold", id)}
            @click=${() => actions.hold(id, false)}>${t("action.resume")}</button></div>`;
      case "parked":
        return html`<div class="notice-strip"><span>${t("parked.words")}</span>
          <button class="button primary" ?disabled=${actions.isBusy("park", id)}
            @click=${() => actions.unpark(id)}>${t("action.resume")}</button></div>`;
      case "wrapup":
        return html`<wrapup-panel key=${id} .desk=${desk} .work=${work} .actions=${actions} .conversationId=${id}>
          </wrapup-panel>`;
      case "alerting":
        return html`<div class="notice-strip"><span>${t("alerting.words")}</span>
          <button class="button primary" data-own-enter ?disabled=${actions.isBusy("accept", id)}
            @click=${() => this.emit("accept", id)}>${t("alert.accept")}</button></div>`;
      default:
        return html`<div class="notice-strip quiet"><span>${t("gone.words")}</span>
          <button class="button" @click=${() => desk.select(undefined)}>${t("action.close")}</button></div>`;
    }
  }

  #empty() {
    const { isOnQueue } = this.status;
    return html`<div class="empty">${veranda()}
      <h1>${t(isOnQueue ? "empty.talk.ready" : "empty.talk.offQueue")}</h1>
      <dl class="hints">
        <dt><kbd>⏎</kbd></dt><dd>${t("hint.accept")}</dd>
        <dt><kbd>Esc</kbd></dt><dd>${t("hint.decline")}</dd>
        <dt><kbd>Alt</kbd> <kbd>↑</kbd> <kbd>↓</kbd></dt><dd>${t("hint.step")}</dd>
        <dt><kbd>Ctrl</kbd> <kbd>K</kbd></dt><dd>${t("hint.palette")}</dd></dl></div>`;
  }
}

ConversationView.define("conversation-view");
