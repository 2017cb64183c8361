import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";

const SAID_MS = 2_500;

/** Something to take elsewhere: a link, a line of HTML. Copied with one press, or selected by hand. */
class CodeSnippet extends ViewElement {
  static properties = ["label", "text", "hint"];

  /** @type {"" | "copied" | "failed"} */
  state = "";

  view() {
    const isCopied = this.state === "copied";
    return html`<p class="snippet-label" id="${this.#id}">${this.label}</p>
      <div class="snippet"><code tabindex="0" role="textbox" aria-readonly="true" aria-labelledby="${this.#id}"
        @focus=${this.#select}>${this.text}</code>
      <button type="button" class="button" @click=${this.#copy}
        aria-label=${isCopied ? null : t("snippet.copyThis", { what: this.label })}>
        ${icon(isCopied ? "check" : "copy")} ${t(isCopied ? "snippet.copied" : "snippet.copy")}</button></div>
      ${this.hint && html`<p class="form-hint">${this.hint}</p>`}
      <p class="hidden-text" role="status">${isCopied && t("snippet.copied")}</p>
      ${this.state === "failed" && html`<p class="form-problem" role="alert">${icon("alert")}
        <span>${t("snippet.failed")}</span></p>`}`;
  }

  #number = (CodeSnippet.count += 1);
  static count = 0;

  get #id() {
    return `snippet-${this.#number}`;
  }

  /** @param {FocusEvent} event */
  #select = (event) => getSelection()?.selectAllChildren(/** @type {Element} */ (event.target));

  #copy = async () => {
    try {
      await navigator.clipboard.writeText(this.text);
      this.#say("copied");
      setTimeout(() => this.#say(""), SAID_MS);
    } catch {
      // Some browsers ask, and people refuse; then it can be taken by hand.
      this.#say("failed");
      this.querySelector("code")?.focus();
    }
  };

  /** @param {"" | "copied" | "failed"} state */
  #say(state) {
    this.state = state;
    this.update();
  }
}

CodeSnippet.define("code-snippet");
