import "./elapsed-time.js";
import { avatar } from "../lib/avatar.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { moveFocus } from "../lib/keyboard.js";
import { ViewElement } from "../lib/view-element.js";
import { channelIcon, channelName, nameOf, previewOf } from "../lib/words.js";
import { channelOf, details } from "../models/conversation.js";
import { summaryOf } from "../models/message-content.js";

/** @typedef {import("../models/work-list.js").WorkItem} WorkItem */

/** My conversations; whoever waits for me the longest stands first. What waits for customers is parked below. */
class WorkQueue extends ViewElement {
  static properties = ["desk", "work", "messages", "status", "typing"];

  view() {
    if (!this.work.isLoaded) return this.#skeleton();
    const items = this.work.items.filter((item) => item.stage !== "alerting");
    if (!items.length) return this.work.alerts.length ? [] : this.#empty();
    const parked = items.filter((item) => item.stage === "parked");
    const mine = items.slice(0, items.length - parked.length);
    return html`<nav aria-label="${t("work.mine")}" @keydown=${this.#keyPressed}>
      ${mine.length > 0 && this.#section("work.mine", mine, items[0])}
      ${parked.length > 0 && this.#section("work.parked", parked, items[0])}</nav>`;
  }

  /** @param {string} heading @param {WorkItem[]} items @param {WorkItem} first of the whole list */
  #section(heading, items, first) {
    return html`<section key=${heading}><h2 class="work-heading">${t(heading)}<span>${items.length}</span></h2>
      <ul>${items.map((item) => this.#row(item, item === first))}</ul></section>`;
  }

  /** @param {WorkItem} item @param {boolean} isFirst */
  #row(item, isFirst) {
    const { conversation, stage, since, dueAt } = item;
    const isOpen = conversation.id === this.desk.selectedId;
    const channel = channelOf(conversation);
    const name = nameOf(conversation);
    const badge = html`<span class="channel">${icon(channelIcon(channel))}</span>`;
    const isWaiting = stage === "connected" && !Number.isNaN(since);
    return html`<li key=${conversation.id}><button class="work-row" aria-current=${isOpen ? "true" : null}
      tabindex="${isOpen || (isFirst && !this.desk.selectedId) ? 0 : -1}"
        data-conversation-id="${conversation.id}" data-stage="${stage}" @click=${() => this.#open(conversation.id)}>
      ${avatar(name, "", badge)}<span class="name clip">${name}<span class="hidden-text">, ${channelName(channel)}
        </span></span>
      <span>${isWaiting ? html`<span class="hidden-text">${t("work.waiting")}</span><elapsed-time .since=${since}
        .due=${dueAt}></elapsed-time>` : this.#stage(stage)}</span>
      <span class="preview clip ${isWaiting ? "waiting-text" : ""}">${this.#preview(conversation)}</span></button>
        </li>`;
  }

  /** @param {string} stage */
  #stage(stage) {
    if (stage === "parked") return html`<span class="stage">${icon("park")}${t("stage.parked")}</span>`;
    if (stage === "held") return html`<span class="stage">${icon("hold")}${t("stage.held")}</span>`;
    return stage === "wrapup" && html`<span class="tag">${icon("tag")}${t("stage.wrapup")}</span>`;
  }

  /** @param {import("../models/conversation.js").Conversation} conversation */
  #preview(conversation) {
    if (this.typing.isCustomerTyping(conversation.id)) return t("typing.short");
    const last = details(conversation).at(-1);
    const content = last && this.messages.find(last.detail.messageId);
    if (!content) return " ";
    const words = previewOf(summaryOf(content));
    return last.participant.purpose === "customer" ? words : t("work.ours", { text: words });
  }

  #empty() {
    const state = this.status.isOnQueue ? "ready" : "offQueue";
    return html`<div class="empty"><h2>${t(`empty.${state}.title`)}</h2><p>${t(`empty.${state}.words`)}</p></div>`;
  }

  #skeleton() {
    return html`<div aria-hidden="true">${[0, 1, 2].map((each) => html`<div class="work-row" key=${each}><span
      class="avatar skeleton"></span><span class="skeleton"></span><span></span><span class="preview skeleton"></span>
      </div>`)}</div>`;
  }

  /** @param {string} id */
  #open(id) {
    this.emit("open-conversation", { id, focus: true });
  }

  /** @param {KeyboardEvent} event */
  #keyPressed = (event) => moveFocus(event, [...this.querySelectorAll("button.work-row")]);
}

WorkQueue.define("work-queue");
