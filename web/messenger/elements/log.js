import { renewLinks } from "../../lib/file-link.js";
import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { ViewElement } from "../../lib/view-element.js";
import { Reading } from "../reading.js";
import { hasFocus, lostFocus } from "../views/focus.js";
import { answersOf, quickRepliesOf, rowsOf } from "../models/timeline.js";
import { icon } from "../views/icons.js";
import { quickReplies } from "../views/quick-replies.js";
import { rowView, typingView } from "../views/message.js";
import { welcome } from "../views/welcome.js";
import "./carousel.js";
import "./questions.js";

const loading = () => html`<p class="loading" key="loading">${t("log.loading")}</p>`;

/**
 * The conversation. It keeps its place when earlier messages are put above; `Reading` says where the reader is. Screen
 * readers say what is new as it comes, and leave alone what was said before.
 */
class Log extends ViewElement {
  static properties = ["session", "context", "isVisible"];

  #reading = new Reading();
  #oldest = "";
  #heightBefore = 0;
  #hadFocus = false;
  /** @type {ResizeObserver | undefined} */
  #growth;

  view() {
    const { session, context } = this;
    const { lines, catchUp } = session;
    this.#heightBefore = this.#scroller?.scrollHeight ?? 0;
    const oldest = lines[0]?.key ?? "";
    this.#wasPrepended = this.#oldest !== "" && oldest !== this.#oldest;
    this.#oldest = oldest;
    this.#reading.noticed(lines.at(-1));
    this.#hadFocus = hasFocus(this);
    const isEmpty = lines.length === 0;
    const newestOfMine = lines.findLast((line) => line.isMine && line.status !== "failed")?.key;
    const answers = answersOf(lines);
    const actions = {
      choose: (choice) => session.choose(choice),
      send: (message) => session.answer(message),
      retry: (id) => session.retry(id),
      discard: (id) => session.discard(id),
    };
    const rows = rowsOf(lines);
    const pastLength = rows.findLastIndex(({ key }) => key === catchUp.pastKey) + 1;
    const draw = (/** @type {import("../models/timeline.js").Row} */ row) =>
      rowView(row, context, {
        ...actions,
        isNewestOfMine: row.key === newestOfMine,
        answer: row.kind === "message" ? answers.get(row.line.id) : undefined,
        isOpen: !session.isOver,
        previews: session.previews,
      });
    return html`
      <div class="log" role="log" aria-label=${t("log.label")} aria-live="polite" tabindex="0"
        @scroll=${this.#scrolled}>
        <div class="lines">
        <div class="past" key="past" aria-live="off" aria-busy=${String(catchUp.isLoading)}>
          ${!isEmpty && this.#earlier()}
          ${rows.slice(0, pastLength).map(draw)}
        </div>
        ${isEmpty && (catchUp.isLoading ? loading() : welcome(context))}
        ${rows.slice(pastLength).map(draw)}
        ${session.typing && typingView(session.typing, context)}
        ${!session.isOver && quickReplies(quickRepliesOf(lines), context, actions.choose)}
        </div>
      </div>
      ${!this.#reading.isAtEnd && this.#wayBack()}`;
  }

  connected() {
    // Pictures and cards grow after they were put in.
    this.#growth = new ResizeObserver(() => this.#stay());
    this.#growth.observe(this);
    renewLinks(this, (url) => this.session.renew(url));
  }

  disconnected() {
    this.#growth?.disconnect();
  }

  updated() {
    const scroller = this.#scroller;
    if (!scroller || !this.isVisible) return;
    this.#growth?.observe(/** @type {Element} */ (this.querySelector(".lines")));
    if (!this.#reading.isAtEnd && this.#wasPrepended) scroller.scrollTop += scroller.scrollHeight - this.#heightBefore;
    this.#stay();
    if (this.#hadFocus && lostFocus(this)) this.emit("focuslost");
  }

  #stay() {
    if (this.#scroller) this.#reading.stay(this.#scroller);
  }

  toEnd() {
    this.#reading.toEnd();
    this.update();
  }

  #wasPrepended = false;

  get #scroller() {
    return this.querySelector(".log");
  }

  #wayBack() {
    return html`<button type="button" class="to-end" @click=${() => this.toEnd()}>
      ${icon("down")}<span>${t(this.#reading.hasNew ? "log.new" : "log.latest")}</span></button>`;
  }

  #earlier() {
    const { hasEarlier, isLoading } = this.session.catchUp;
    if (!hasEarlier) return [];
    if (isLoading) return html`<p class="earlier" key="earlier">${t("log.loadingEarlier")}</p>`;
    return html`<p class="earlier" key="earlier">
      <button type="button" class="quiet" @click=${() => this.session.catchUp.earlier()}>${t("log.earlier")}</button>
    </p>`;
  }

  #scrolled = () => {
    const { isAtEnd } = this.#reading;
    this.#reading.scrolled(this.#scroller);
    if (this.#reading.isAtEnd !== isAtEnd) this.update();
    if (this.#reading.isNearTop(this.#scroller)) this.session.catchUp.earlier();
  };
}

Log.define("engawa-log");
