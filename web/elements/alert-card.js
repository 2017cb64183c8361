import "./elapsed-time.js";
import "./why-panel.js";
import { avatar } from "../lib/avatar.js";
import { clock } from "../lib/clock.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { say } from "../lib/sentence.js";
import { ViewElement } from "../lib/view-element.js";
import { channelIcon, channelName, nameOf } from "../lib/words.js";
import { at, channelOf, details, myParticipant, queueOf, transferredBy } from "../models/conversation.js";
import { whySentence } from "../models/decision-words.js";

const ALERTING_MS = 30_000;

/**
 * One conversation that is offered to this agent: who, from where, why me, for how long still. It never takes the
 * focus.
 */
class AlertCard extends ViewElement {
  static properties = ["item", "isFirst", "desk", "actions", "messages", "decisions"];

  view() {
    const { conversation, since, dueAt } = this.item;
    const userId = this.desk.status.user.id;
    const channel = channelOf(conversation);
    const name = nameOf(conversation);
    this.decisions = this.desk.decisions(conversation);
    return html`<article class="alert-card" aria-label="${t("alert.card", { name })}">
      <header>${avatar(name)}<div class="clip"><h2 class="name clip">${name}</h2>
        <div class="where">${icon(channelIcon(channel))}<span>${channelName(channel)}</span><span>·</span><span>
          ${queueOf(conversation, userId)?.name ?? ""}</span></div></div></header>
      <div class="why">${this.#why()}${!Number.isNaN(since) && html`<elapsed-time .since=${since} .due=${dueAt}>
        </elapsed-time>`}</div>
      ${this.#more()}${this.#preview()}${this.#buttons()}${this.#countdown()}</article>`;
  }

  /** The decision that led here, if routing made one and it is known by now. */
  get #decision() {
    return this.decisions.of(myParticipant(this.item.conversation, this.desk.status.user.id)?.id);
  }

  #why() {
    const userId = this.desk.status.user.id;
    const decision = this.#decision;
    const from = transferredBy(this.item.conversation, userId);
    return html`${decision && html`<span class="tag" key="why">${icon("queue")}${say(whySentence(decision, userId))}
      </span>`}${from && html`<span class="tag" key="from">${icon("transfer")}${
        t("why.transfer", { name: from.name ?? "" })}</span>`}`;
  }

  #more() {
    const { id } = this.desk.status.user;
    return this.#decision && html`<details class="why-more" key="why"><summary data-own-enter>${t("why.title.you")}
      </summary><why-panel .decisions=${this.decisions} .userId=${id} .isShort=${true}
      .participantId=${myParticipant(this.item.conversation, id)?.id}></why-panel></details>`;
  }

  #preview() {
    const last = details(this.item.conversation).findLast(({ participant }) => participant.purpose === "customer");
    const text = last && this.messages.find(last.detail.messageId)?.text;
    return text && html`<blockquote>${text}</blockquote>`;
  }

  #buttons() {
    const { id } = this.item.conversation;
    const busy = this.actions.isBusy("accept", id) || this.actions.isBusy("decline", id);
    return html`<div class="actions">
      <button class="button primary" aria-keyshortcuts="Enter" ?disabled=${busy}
        aria-busy="${String(busy)}" data-own-enter @click=${() => this.emit("accept", id)}>${icon("check")}
        ${t("alert.accept")}${this.isFirst && html`<kbd aria-hidden="true">⏎</kbd>`}</button>
      <button class="button" aria-keyshortcuts="Escape" ?disabled=${busy} data-own-enter
        @click=${() => this.actions.decline(id)}>${t("alert.decline")}${this.isFirst && html`<kbd
        aria-hidden="true">Esc</kbd>`}</button></div>`;
  }

  #countdown() {
    const mine = myParticipant(this.item.conversation, this.desk.status.user.id);
    const timeoutMs = mine?.alertingTimeoutMs || ALERTING_MS;
    const until = at(mine?.startAlertingTime ?? mine?.startTime) + timeoutMs;
    if (Number.isNaN(until)) return [];
    // Fixed at the first sight of this alert, else each render would start the bar anew.
    if (this.barOf !== mine?.id) [this.barOf, this.leftMs] = [mine?.id, Math.max(0, until - clock.now())];
    const style = { "--left": `${this.leftMs}ms`, "--from": String(Math.min(1, this.leftMs / timeoutMs)) };
    return html`<p class="countdown">${t("alert.left")} <elapsed-time .until=${until}></elapsed-time></p><span
      class="bar" style=${style}></span>`;
  }
}

AlertCard.define("alert-card");
