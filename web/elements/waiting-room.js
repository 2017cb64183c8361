import "./elapsed-time.js";
import "./waiting-tools.js";
import "./why-panel.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { holds } from "../models/permissions.js";
import { WhoWaits } from "../models/who-waits.js";

/** Somebody comes or goes all the time while one looks. */
const REFRESH_MS = 5000;

/** Who waits for an agent, and why; for those who may see the conversations of others. */
class WaitingRoom extends ViewElement {
  static properties = ["desk", "waiting"];

  isOpen = false;
  /** Which are unfolded. @type {Set<string>} */
  #unfolded = new Set();

  connected() {
    const timer = setInterval(() => this.isOpen && !document.hidden && this.waiting.load(), REFRESH_MS);
    this.signal?.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.waiting = new WhoWaits(this.desk.api);
    this.waiting.load();
    this.update();
    this.querySelector("dialog").showModal();
  }

  view() {
    return html`<dialog class="sheet" aria-labelledby="waiting-title" @close=${this.#closed}>
      ${this.isOpen && this.#sheet()}</dialog>`;
  }

  #sheet() {
    const { items, hasMore, isReadingOn } = this.waiting;
    return html`<div class="sheet-head"><h2 id="waiting-title">${t("waiting.list")}</h2>
        <button class="button plain icon-only" aria-label="${t("action.close")}" title="${t("action.close")}"
          @click=${() => this.querySelector("dialog").close()}>${icon("close")}</button></div>
      <p class="sheet-text quiet" role="status">${this.#state()}</p>
      <div class="waiting-scroll"><ul class="waiting-list">${items.map((item) => this.#item(item))}</ul>
      ${hasMore && html`<button type="button" class="button waiting-more" aria-busy="${String(isReadingOn)}"
        @click=${() => this.waiting.more()}>${t("people.more")}</button>`}</div>`;
  }

  #state() {
    const { items, total, isLoaded, failure, hasMore } = this.waiting;
    if (failure) return t(failure.sentence ?? "error.unexpected");
    if (!isLoaded) return " ";
    if (hasMore) return t("waiting.shown", { shown: items.length, count: total });
    return total ? t("waiting.count", { count: total }) : t("waiting.nobody");
  }

  /** @param {import("../models/who-waits.js").Waiting} item */
  #item(item) {
    const { id, queue, customer, dateWaitingSince, offeredTo } = item;
    return html`<li key=${id}><details @toggle=${(event) => this.#toggled(id, event.target.open)}>
      <summary data-conversation-id="${id}"><span class="fold">${icon("down")}</span><span
        class="name clip">${customer?.name || t("customer.visitor")}</span>
        <span class="quiet clip">${queue.name ?? ""}</span>${offeredTo && html`<span class="tag">${
          t("offer.alerting", { name: offeredTo.name ?? "" })}</span>`}
        <elapsed-time .since=${Date.parse(dateWaitingSince)}></elapsed-time></summary>
      ${this.#unfolded.has(id) && html`<h3>${t("waiting.title")}</h3><why-panel .decisions=${this.waiting.why(id)}
        .userId=${this.desk.status.user.id}></why-panel>${this.#tools(item)}`}</details></li>`;
  }

  /** @param {import("../models/who-waits.js").Waiting} item */
  #tools(item) {
    const { desk, waiting } = this;
    const may = (/** @type {string} */ permission) => holds(desk.status.user.authorization?.permissions, permission);
    return html`<waiting-tools .form=${waiting.form(item)} .directory=${desk.directory}
      .mayAssign=${may("conversation:message:assign")} .mayChange=${may("routing:conversation:edit")}
      @changed=${() => this.#changed(item.id)}></waiting-tools>`;
  }

  /** What was done is seen at once, in the list and in why it waits. @param {string} id */
  #changed(id) {
    this.waiting.load();
    this.waiting.why(id).load();
  }

  /** @param {string} id @param {boolean} isUnfolded */
  #toggled(id, isUnfolded) {
    if (isUnfolded) this.#unfolded.add(id);
    else this.#unfolded.delete(id);
    this.update();
  }

  #closed = () => {
    this.isOpen = false;
    this.#unfolded.clear();
    this.update();
  };
}

WaitingRoom.define("waiting-room");
