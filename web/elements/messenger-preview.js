import { html } from "../lib/html.js";
import { i18n, LANGUAGES, t } from "../lib/i18n.js";
import { ViewElement } from "../lib/view-element.js";

const SETTLED_MS = 350;
const SCENES = ["closed", "greeting", "talk"];
const SCHEMES = ["light", "dark"];
const WIDTHS = ["site", "phone"];

/**
 * The messenger itself, on a page of its own that is a stranger to ours, with what the form says at this moment. The
 * next one is drawn behind the last, so that nothing flickers while somebody types.
 */
class MessengerPreview extends ViewElement {
  static properties = ["form"];

  scene = "talk";
  scheme = "light";
  width = "site";
  language = i18n.language;
  #timer;
  #drawn = "";
  #turn = 0;

  connected() {
    this.scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    addEventListener("message", this.#heard, { signal: this.signal });
  }

  disconnected() {
    clearTimeout(this.#timer);
  }

  view() {
    return html`<div class="preview-bar" role="group" aria-label="${t("preview.settings")}">
      ${this.#choice("scene", SCENES, (value) => t(`preview.${value}`))}
      ${this.#choice("width", WIDTHS, (value) => t(`preview.${value}`))}
      ${this.#choice("scheme", SCHEMES, (value) => t(`theme.${value}`))}
      ${this.#choice("language", this.#offered, (value) => LANGUAGES[value])}</div>
      <div class="preview-stage" data-width="${this.width}" data-scheme="${this.scheme}"></div>
      <p class="form-hint">${t("preview.words")}</p>`;
  }

  /** @param {string} name @param {string[]} values @param {(value: string) => string} wordsOf */
  #choice(name, values, wordsOf) {
    return html`<span class="pills" role="group" aria-label="${t(`preview.by.${name}`)}">${values.map((value) => html`
      <button type="button" key=${value} lang=${name === "language" ? value : null}
        aria-pressed="${String(this.#shown[name] === value)}" @click=${() => this.#choose(name, value)}>
        ${wordsOf(value)}</button>`)}</span>`;
  }

  /** @param {string} name @param {string} value */
  #choose(name, value) {
    this[name] = value;
    this.update();
  }

  updated() {
    const wanted = JSON.stringify(this.#message());
    if (wanted === this.#drawn) return;
    const isFirst = !this.#drawn;
    this.#drawn = wanted;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#draw(), isFirst ? 0 : SETTLED_MS);
  }

  #message() {
    return { ...this.#shown, config: this.form.preview };
  }

  /** The languages that the deployment speaks. */
  get #offered() {
    const { speaks } = this.form.values;
    const spoken = Object.keys(LANGUAGES).filter((language) => speaks[language]);
    return spoken.length ? spoken : Object.keys(LANGUAGES);
  }

  /** What was chosen, as far as it is offered. @returns {Record<string, string>} */
  get #shown() {
    const { scene, scheme, width } = this;
    const language = this.#offered.includes(this.language) ? this.language : this.#offered[0];
    return { scene, scheme, width, language };
  }

  /** A frame for each state: the messenger has no way to begin anew, as no page needs one. */
  #draw() {
    const frame = document.createElement("iframe");
    frame.title = t("preview.frame");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.dataset.turn = String((this.#turn += 1));
    frame.src = "/preview/";
    this.querySelector(".preview-stage")?.append(frame);
  }

  /** @param {MessageEvent} event */
  #heard = ({ source, data }) => {
    const frames = [...this.querySelectorAll("iframe")];
    const frame = frames.find((each) => each.contentWindow === source);
    // A stranger's origin has no name, so it is the frame itself by which it is known; what goes there is no secret.
    if (frame && data === "ready") frame.contentWindow?.postMessage(this.#message(), "*");
    if (frame && data === "shown") for (const each of frames.slice(0, frames.indexOf(frame))) each.remove();
  };
}

MessengerPreview.define("messenger-preview");
