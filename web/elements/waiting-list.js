import "./elapsed-time.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { channelIcon, channelName } from "../lib/words.js";

/** What waits in my queues and may be taken; nothing where queues do not allow it or nobody waits. */
class WaitingListElement extends ViewElement {
  static properties = ["waiting", "status"];

  view() {
    const { items } = this.waiting;
    if (!items.length) return [];
    return html`<section aria-label="${t("waiting.label")}">
      <h2 class="work-heading">${t("waiting.label")}<span>${items.length}</span></h2>
      ${!this.status.isOnQueue && html`<p class="waiting-hint">${t("waiting.offQueue")}</p>`}
      <ul>${items.map((item) => this.#row(item))}</ul></section>`;
  }

  /** @param {import("../models/waiting-list.js").Waiting} item */
  #row(item) {
    const name = item.name || t("customer.visitor");
    const isTaking = this.waiting.taking.has(item.id);
    const asked = item.skills.map((skill) => skill.name).filter(Boolean).join(", ");
    return html`<li key=${item.id} class="waiting-row"><span class="channel" title="${channelName(item.messageType)}">
      ${icon(channelIcon(item.messageType))}</span><span class="name clip">${name}</span>
      <elapsed-time .since=${Date.parse(item.waitingSince)}></elapsed-time>
      <button class="button" ?disabled=${isTaking || !this.status.isOnQueue} aria-busy="${String(isTaking)}"
        data-own-enter aria-label="${t("waiting.takeNamed", { name })}"
        @click=${() => this.emit("take", item.id)}>${t("waiting.take")}</button>
      <span class="preview clip">${asked ? `${item.queue.name} · ${asked}` : item.queue.name}</span></li>`;
  }
}

WaitingListElement.define("waiting-list");
