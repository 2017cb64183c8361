import "./elapsed-time.js";
import "./menu-button.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { plainPresence } from "../models/agent-status.js";
import { presenceDot, routingName } from "../lib/words.js";

/** Am I on queue, since when, and what does routing think of me. */
class PresenceBar extends ViewElement {
  static properties = ["status", "notices"];

  view() {
    const { status } = this;
    return html`<div class="presence-top">
        <button class="queue-switch" role="switch" aria-checked="${String(status.isOnQueue)}"
          aria-busy="${String(status.isChanging)}" @click=${this.#toggle}>
          <span class="switch-track"></span>${t("presence.onqueue")}</button>
        ${status.presence.since > 0 && html`<elapsed-time .since=${status.presence.since}></elapsed-time>`}
      </div>
      <menu-button .label=${t("presence.label", { presence: this.#words() })} .triggerClass=${"presence-trigger"}
        .items=${this.#items()} @choose=${this.#chosen}
        .trigger=${html`<span class="dot ${presenceDot(status.presence.system, status.routing.status)}"></span><span
          class="clip">${this.#words()}</span>${icon("down")}`}></menu-button>
      ${status.isNotResponding && this.#notResponding()}`;
  }

  #words() {
    const { status } = this;
    if (!status.isOnQueue) return status.label(status.current);
    return routingName(status.routing.status === "OFF_QUEUE" ? "IDLE" : status.routing.status);
  }

  #items() {
    const { status } = this;
    return [{ heading: t("presence.menu") }, ...status.choices.map((definition) => ({
      id: definition.id, label: status.label(definition),
      dot: presenceDot(plainPresence(definition.systemPresence), ""),
      isChecked: definition.id === status.presence.id }))];
  }

  #notResponding() {
    return html`<div class="not-responding" role="alert"><strong>${icon("alert")}${t("notResponding.title")}</strong>
      <span>${t("notResponding.words")}</span>
      <button class="button" data-own-enter ?disabled=${this.status.isChanging} @click=${this.#back}>
        ${t("notResponding.back")}</button></div>`;
  }

  #toggle = () => this.#try(this.status.setOnQueue(!this.status.isOnQueue));
  #back = () => this.#try(this.status.backOnQueue());
  #chosen = ({ detail: id }) =>
    this.#try(this.status.setPresence(this.status.definitions.find((each) => each.id === id)));

  /** @param {Promise<void>} change */
  #try(change) {
    change.catch((error) => this.notices.addError(error));
  }
}

PresenceBar.define("presence-bar");
