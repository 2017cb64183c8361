import { avatar } from "../lib/avatar.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { moveFocus } from "../lib/keyboard.js";
import { ViewElement } from "../lib/view-element.js";
import { channelIcon, channelName, nameOf } from "../lib/words.js";
import { channelOf, customerOf, mayPark, myParticipant, queueOf } from "../models/conversation.js";

/** Whose conversation this is and what can be done with it now. */
class ConversationHeader extends ViewElement {
  static properties = ["desk", "work", "actions", "conversation", "preferences"];

  view() {
    const { conversation, desk } = this;
    const userId = desk.status.user.id;
    const channel = channelOf(conversation);
    const skills = myParticipant(conversation, userId)?.conversationRoutingData?.skills ?? [];
    const places = [channelName(channel), queueOf(conversation, userId)?.name, ...skills.map(({ name }) => name)];
    return html`<button class="button plain icon-only back" aria-label="${t("action.back")}"
      @click=${() => desk.select(undefined)}>${icon("back")}</button>
      ${avatar(nameOf(conversation))}
      <div class="who"><h1 class="clip">${nameOf(conversation)}</h1><div class="where">
        ${customerOf(conversation)?.authenticated && html`<b class="signed-in">${icon("check")}${t("customer.signedIn")}
          </b>`}${icon(channelIcon(channel))}
        ${places.filter(Boolean).map((place) => html`<span>${place}</span>`)}</div></div>
      <div class="actions" role="toolbar" aria-label="${t("conversation.actions")}"
        @keydown=${this.#keyPressed}>${this.#actions()}
        ${this.#panelButton()}</div>`;
  }

  /** @param {KeyboardEvent} event */
  #keyPressed = (event) => moveFocus(event, [...this.querySelectorAll('[role="toolbar"] button:not(:disabled)')]);

  #actions() {
    const { id } = this.conversation;
    const stage = this.work.stage(id);
    if (stage === "parked") return this.#button("park", "resume", () => this.actions.unpark(id));
    if (stage !== "connected" && stage !== "held") return [];
    const isHeld = stage === "held";
    const canPark = !isHeld && mayPark(this.conversation);
    return html`${canPark && this.#button("park", "park", () => this.actions.park(id))}
      ${this.#button("hold", isHeld ? "resume" : "hold", () => this.actions.hold(id, !isHeld))}
      ${this.#button("transfer", "transfer", () => this.emit("open-transfer", id))}
      ${this.#button("end", "end", () => this.emit("end-conversation", id))}`;
  }

  /** @param {string} action @param {string} name of its icon and its words @param {() => void} act */
  #button(action, name, act) {
    const busy = this.actions.isBusy(action, this.conversation.id);
    return html`<button class="button" key=${action} aria-busy="${String(busy)}" ?disabled=${busy}
      title="${t(`action.${name}`)}" @click=${act}>${icon(name)}<span class="label">${t(`action.${name}`)}</span>
      </button>`;
  }

  #panelButton() {
    const { showsCustomer } = this.preferences.choices;
    return html`<button class="button plain icon-only" key="panel" aria-pressed="${String(showsCustomer)}"
      aria-label="${t("customer.toggle")}" title="${t("customer.toggle")}"
      @click=${() => this.preferences.choose({ showsCustomer: !showsCustomer })}>${icon("panel")}</button>`;
  }
}

ConversationHeader.define("conversation-header");
