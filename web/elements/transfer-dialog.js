import { avatar } from "../lib/avatar.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { presenceDot, routingName } from "../lib/words.js";
import { plainPresence } from "../models/agent-status.js";
import { queueOf } from "../models/conversation.js";
import { Targets } from "../models/targets.js";

/** Hands a conversation to a queue or to a colleague. */
class TransferDialog extends ViewElement {
  static properties = ["desk", "actions", "targets"];

  conversationId = "";

  /** @param {string} conversationId */
  open(conversationId) {
    this.conversationId = conversationId;
    const { id } = this.desk.status.user;
    this.targets = new Targets(this.desk.directory, id, queueOf(this.desk.work.find(conversationId), id)?.id);
    this.update();
    this.querySelector("dialog").showModal();
    this.targets.show("queue");
    queueMicrotask(() => this.querySelector("input")?.focus());
  }

  view() {
    return html`<dialog class="sheet" aria-label="${t("transfer.title")}" @close=${() => (this.targets = undefined)}
      @click=${this.#clicked}>${this.targets && this.#sheet()}</dialog>`;
  }

  #sheet() {
    const { kind, text, chosen } = this.targets;
    const active = chosen ? `target-${chosen.id}` : null;
    return html`<div class="sheet-head"><h2>${t("transfer.title")}</h2><button class="button plain icon-only"
      aria-label="${t("action.close")}" @click=${this.#close}>${icon("close")}</button></div>
      <div class="segments" role="tablist" aria-label="${t("transfer.to")}" @keydown=${this.#switch}>
        ${["queue", "agent"].map((each) => html`<button role="tab" key=${each} id="tab-${each}"
        aria-controls="targets" aria-selected="${String(kind === each)}" tabindex="${kind === each ? 0 : -1}"
          @click=${() => this.targets.show(each)}>${t(`transfer.${each}`)}</button>`)}</div>
      <div class="palette-input">${icon("search")}<input type="text" role="combobox" aria-expanded="true"
        aria-controls="targets" aria-autocomplete="list" aria-activedescendant=${active}
        aria-label="${t(`transfer.search.${kind}`)}" placeholder="${t(`transfer.search.${kind}`)}" .value=${text}
          @input=${(event) => this.targets.search(event.target.value)} @keydown=${this.#keyPressed}></div>
      ${this.#results()}
      <div class="sheet-foot"><span class="quiet">${t("transfer.words")}</span>
        <button class="button primary" ?disabled=${!chosen || this.#isBusy} aria-busy="${String(this.#isBusy)}"
          @click=${this.#transfer}>${icon("transfer")}
          ${chosen ? t("transfer.do", { name: chosen.name }) : t("action.transfer")}</button></div>`;
  }

  get #isBusy() {
    return this.actions.isBusy("transfer", this.conversationId);
  }

  #results() {
    const { results, isLoading, hasFailed, kind } = this.targets;
    return html`<div class="results" id="targets" role="listbox" aria-label="${t(`transfer.${kind}`)}">
      ${results.map((each) => this.#result(each))}</div>
      ${!results.length && html`<p class="sheet-text quiet" role="status">
        ${hasFailed ? t("transfer.failed") : isLoading ? t("transfer.loading") : t("transfer.none")}</p>`}`;
  }

  /** @param {any} target */
  #result(target) {
    const isChosen = target.id === this.targets.chosen?.id;
    const isAgent = this.targets.kind === "agent";
    return html`<div class="result" role="option" key=${target.id} id="target-${target.id}"
      aria-selected="${String(isChosen)}" @click=${() => this.targets.choose(target)} @dblclick=${this.#transfer}>
      ${isAgent ? avatar(target.name, "small") : icon("queue")}<span class="main clip">${target.name}</span>
        ${isAgent && this.#presence(target)}${isChosen && icon("check")}</div>`;
  }

  /** @param {any} user */
  #presence(user) {
    const system = plainPresence(user.presence?.presenceDefinition?.systemPresence);
    const status = user.routingStatus?.status ?? "OFF_QUEUE";
    return html`<span class="dot ${presenceDot(system, status)}"></span><small>
      ${system === "onqueue" ? routingName(status) : t(`presence.${system || "offline"}`)}</small>`;
  }

  /** @param {KeyboardEvent} event */
  #keyPressed = (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.targets.move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter") this.#transfer();
    else return;
    event.preventDefault();
    setTimeout(() => this.querySelector('[aria-selected="true"][role="option"]')?.scrollIntoView({ block: "nearest" }));
  };

  /** @param {KeyboardEvent} event */
  #switch = (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    this.targets.show(this.targets.kind === "queue" ? "agent" : "queue");
    setTimeout(() => this.querySelector('[role="tab"][aria-selected="true"]')?.focus());
  };

  #transfer = async () => {
    const { chosen, kind } = this.targets;
    if (!chosen || this.#isBusy) return;
    const target = kind === "queue" ? { queueId: chosen.id } : { userId: chosen.id };
    if (!(await this.actions.transfer(this.conversationId, target))) return;
    this.#close();
    this.desk.notices.add({ kind: "info", sentence: "transfer.done", values: { name: chosen.name } });
  };

  #close = () => this.querySelector("dialog").close();

  /** A click beside the sheet closes it. @param {MouseEvent} event */
  #clicked = (event) => event.target === this.querySelector("dialog") && this.#close();
}

TransferDialog.define("transfer-dialog");
