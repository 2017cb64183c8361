import "./elapsed-time.js";
import "./why-panel.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
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
    const { items, total, isLoaded, failure } = this.waiting;
    return html`<div class="sheet-head"><h2 id="waiting-title">${t("waiting.list")}</h2>
        <button class="button plain icon-only" aria-label="${t("action.close")}" title="${t("action.close")}"
          @click=${() => this.querySelector("dialog").close()}>${icon("close")}</button></div>
      <p class="sheet-text quiet" role="status">${this.#state(isLoaded, failure, total)}</p>
      <ul class="waiting-list">${items.map((item) => this.#item(item))}</ul>`;
  }

  /** @param {boolean} isLoaded @param {any} failure @param {number} total */
  #state(isLoaded, failure, total) {
    if (failure) return t(failure.sentence ?? "error.unexpected");
    if (!isLoaded) return " ";
    return total ? t("waiting.count", { count: total }) : t("waiting.nobody");
  }

  /** @param {import("../models/who-waits.js").Waiting} item */
  #item({ id, queue, customer, dateWaitingSince, offeredTo }) {
    return html`<li key=${id}><details @toggle=${(event) => this.#toggled(id, event.target.open)}>
      <summary data-conversation-id="${id}"><span class="fold">${icon("down")}</span><span
        class="name clip">${customer?.name || t("customer.visitor")}</span>
        <span class="quiet clip">${queue.name ?? ""}</span>${offeredTo && html`<span class="tag">${
          t("offer.alerting", { name: offeredTo.name ?? "" })}</span>`}
        <elapsed-time .since=${Date.parse(dateWaitingSince)}></elapsed-time></summary>
      ${this.#unfolded.has(id) && html`<h3>${t("waiting.title")}</h3><why-panel .decisions=${this.waiting.why(id)}
        .userId=${this.desk.status.user.id}></why-panel>`}</details></li>`;
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
