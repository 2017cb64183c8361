import "./elapsed-time.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { at, myParticipant } from "../models/conversation.js";

/** The last step of a conversation: what it was about, and a note for whoever comes next. */
class WrapupPanel extends ViewElement {
  static properties = ["desk", "work", "actions", "conversationId"];

  /** @type {import("../models/directory.js").Named[] | undefined} */
  codes;
  chosen = "";

  connected() {
    this.notes = this.desk.drafts.read(this.#draftKey);
    this.#load();
  }

  get #draftKey() {
    return `wrapup ${this.conversationId}`;
  }

  async #load() {
    this.hasFailed = false;
    try {
      this.codes = await this.actions.wrapUpCodes(this.conversationId);
    } catch {
      this.hasFailed = true;
    }
    this.update();
    queueMicrotask(() => this.#focusCodes());
  }

  /** Who was brought here before the codes came goes on to them, unless they have begun to write. */
  #focusCodes() {
    if (document.activeElement === this.querySelector("textarea") && !this.notes) this.querySelector("input")?.focus();
  }

  view() {
    const mine = myParticipant(this.work.find(this.conversationId), this.desk.status.user.id);
    const busy = this.actions.isBusy("wrapup", this.conversationId);
    const canFinish = Boolean(this.chosen) || this.codes?.length === 0;
    return html`<form class="wrapup" aria-label="${t("wrapup.title")}" @submit=${this.#submit}
      @keydown=${this.#keyPressed}>
      <div class="wrapup-head"><h2>${t("wrapup.title")}</h2><span class="quiet">${t("wrapup.words")}</span>
        ${this.#time(mine)}</div>
      ${this.#codes()}
      <textarea class="field" aria-label="${t("wrapup.notes")}" placeholder="${t("wrapup.notes")}" .value=${this.notes}
        @input=${this.#typed}></textarea>
      <div class="wrapup-foot"><span class="quiet"><kbd>Ctrl</kbd> <kbd>⏎</kbd></span>
        ${/optional|requested/i.test(mine?.wrapupPrompt ?? "") && html`<button type="button" class="button plain"
          ?disabled=${busy} @click=${() => this.actions.skipWrapUp(this.conversationId)}>${t("wrapup.skip")}</button>`}
        <button class="button primary" ?disabled=${busy || !canFinish} aria-busy="${String(busy)}">${icon("check")}
          ${t("wrapup.finish")}</button></div></form>`;
  }

  /** Counts down where the queue limits the time, else up. @param {any} mine */
  #time(mine) {
    const start = at(mine?.startAcwTime ?? mine?.endTime);
    if (Number.isNaN(start)) return [];
    const limitMs = /timeout/i.test(mine.wrapupPrompt ?? "") ? mine.wrapupTimeoutMs : 0;
    return html`<elapsed-time .since=${start} .until=${limitMs ? start + limitMs : 0}></elapsed-time>`;
  }

  #codes() {
    if (this.hasFailed) return html`<p role="alert">${t("wrapup.failed")} <button type="button" class="button"
      @click=${() => this.#load()}>${t("action.retry")}</button></p>`;
    if (!this.codes) return html`<span class="skeleton"></span>`;
    if (!this.codes.length) return html`<p class="quiet">${t("wrapup.noCodes")}</p>`;
    return html`<fieldset class="codes"><legend>${t("wrapup.code")}</legend>
      ${this.codes.map(({ id, name }) => html`<label class="code" key=${id}>
      <input type="radio" name="wrapup" .checked=${this.chosen === id} @change=${() => this.#choose(id)}><span>
        ${icon("check")}${name}</span></label>`)}</fieldset>`;
  }

  /** @param {string} id */
  #choose(id) {
    this.chosen = id;
    this.update();
  }

  #typed = (event) => {
    this.notes = event.target.value;
    this.desk.drafts.write(this.#draftKey, this.notes);
  };

  /** @param {KeyboardEvent} event */
  #keyPressed = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.querySelector("form").requestSubmit();
  };

  #submit = async (event) => {
    event.preventDefault();
    if (!this.chosen && this.codes?.length !== 0) return;
    const name = this.codes?.find((code) => code.id === this.chosen)?.name;
    const done = await this.actions.wrapUp(this.conversationId, { code: this.chosen, name, notes: this.notes.trim() });
    if (done) this.desk.drafts.write(this.#draftKey, "");
  };
}

WrapupPanel.define("wrapup-panel");
