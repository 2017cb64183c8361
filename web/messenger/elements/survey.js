import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { ViewElement } from "../../lib/view-element.js";
import { hasFocus, lostFocus } from "../views/focus.js";

/** How it was, in five steps with words, and why, for who wants to say. */
const SCORES = [1, 2, 3, 4, 5];
const COMMENT_MAX = 1_000;

/** Drawn, because not every machine has pictures for emoji. @param {number} score from a sad mouth to a glad one */
const face = (score) => {
  const bend = (score - 3) * 2.6;
  const mouth = `M7.8 ${15.4 - bend / 4}q4.2 ${bend} 8.4 0`;
  const path = `M12 2.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19zM8.8 9v1M15.2 9v1${mouth}`;
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${path}></path></svg>`;
};

class SurveyForm extends ViewElement {
  static properties = ["session"];

  #score = 0;
  #hadFocus = false;

  get #survey() {
    return this.session.survey;
  }

  view() {
    const { state, wish } = this.#survey;
    this.#hadFocus = hasFocus(this);
    if (state === "thanked") return html`<p class="thanks" role="status">${t("survey.thanks")}</p>`;
    return html`<form @submit=${this.#submitted}>
      <fieldset>
        <legend>${wish?.question || t("survey.question")}</legend>
        <div class="faces">${SCORES.map((score) => this.#step(score))}</div>
      </fieldset>
      ${this.#score > 0 && html`<label>${t("survey.comment")}
        <textarea rows="2" maxlength=${String(COMMENT_MAX)}></textarea></label>`}
      <p role="status">${state === "failed" && t("survey.failed")}</p>
      <div class="steps"><button type="button" class="quiet" @click=${() => this.#survey.skip()}>${t("survey.skip")}
        </button>${this.#score > 0 && html`<button type="submit" class="primary"
          aria-disabled=${String(state === "sending")}>${t("survey.send")}</button>`}</div>
    </form>`;
  }

  updated() {
    if (this.#hadFocus && lostFocus(this)) this.emit("focuslost");
  }

  /** @param {number} score */
  #step(score) {
    const chosen = () => {
      this.#score = score;
      this.update();
    };
    return html`<label><input type="radio" class="unseen" name="engawa-survey" value=${String(score)}
      .checked=${this.#score === score} @change=${chosen}>${face(score)}<small>${t(`survey.${score}`)}</small></label>`;
  }

  #submitted = (/** @type {Event} */ event) => {
    event.preventDefault();
    const comment = /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"))?.value.trim() ?? "";
    if (this.#score && this.#survey.state !== "sending") this.#survey.answer(this.#score, comment);
  };
}

SurveyForm.define("engawa-survey");
