import { renewLinks } from "../../lib/file-link.js";
import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { ViewElement } from "../../lib/view-element.js";
import { hasFocus, lostFocus } from "../views/focus.js";
import { answersOf, quickRepliesOf, rowsOf } from "../models/timeline.js";
import { icon } from "../views/icons.js";
import { quickReplies } from "../views/quick-replies.js";
import { rowView, typingView } from "../views/message.js";
import { welcome } from "../views/welcome.js";
import "./carousel.js";
import "./questions.js";

/**
 * The conversation. Stays at the newest line while the reader is there, stays where it is while the reader looks
 * back, and keeps its place when earlier messages are put above.
 */
const NEAR_PX = 60;

const loading = () => html`<p class="loading" key="loading">${t("log.loading")}</p>`;

class Log extends ViewElement {
  static properties = ["session", "context", "isVisible"];

  #isAtEnd = true;
  #hasNew = false;
  #oldest = "";
  #newest = "";
  #heightBefore = 0;
  #top = 0;
  #hadFocus = false;
  /** @type {ResizeObserver | undefined} */
  #growth;

  view() {
    const { session, context } = this;
    const { lines, catchUp } = session;
    this.#heightBefore = this.#scroller?.scrollHeight ?? 0;
    this.#noteChange(lines);
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
    return html`
      <div class="log" role="log" aria-label=${t("log.label")} aria-live="polite" tabindex="0"
        aria-busy=${String(catchUp.isLoading)} @scroll=${this.#scrolled}>
        <div class="lines">
        ${isEmpty && (catchUp.isLoading ? loading() : welcome(context))}
        ${!isEmpty && this.#earlier()}
        ${rowsOf(lines).map((row) =>
          rowView(row, context, {
            ...actions,
            isNewestOfMine: row.key === newestOfMine,
            answer: row.kind === "message" ? answers.get(row.line.id) : undefined,
            isOpen: !session.isOver,
          }),
        )}
        ${session.typing && typingView(session.typing, context)}
        ${!session.isOver && quickReplies(quickRepliesOf(lines), context, actions.choose)}
        </div>
      </div>
      ${!this.#isAtEnd && this.#wayBack()}`;
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
    if (!this.#isAtEnd && this.#wasPrepended) scroller.scrollTop += scroller.scrollHeight - this.#heightBefore;
    this.#stay();
    if (this.#hadFocus && lostFocus(this)) this.emit("focuslost");
  }

  #stay() {
    const scroller = this.#scroller;
    if (scroller && this.#isAtEnd) scroller.scrollTop = scroller.scrollHeight;
  }

  toEnd() {
    this.#isAtEnd = true;
    this.update();
  }

  #wasPrepended = false;

  get #scroller() {
    return this.querySelector(".log");
  }

  /** @param {import("../models/message.js").Line[]} lines */
  #noteChange(lines) {
    const [oldest, newest] = [lines[0]?.key ?? "", lines.at(-1)];
    this.#wasPrepended = this.#oldest !== "" && oldest !== this.#oldest;
    if (newest && newest.key !== this.#newest && !this.#isAtEnd) {
      this.#hasNew = !newest.isMine;
      if (newest.isMine) this.#isAtEnd = true;
    }
    this.#oldest = oldest;
    this.#newest = newest?.key ?? "";
  }

  #wayBack() {
    return html`<button type="button" class="to-end" @click=${() => this.toEnd()}>
      ${icon("down")}<span>${t(this.#hasNew ? "log.new" : "log.latest")}</span></button>`;
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
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    // Only the reader leaves the end; content that grows below does not.
    const wentUp = scrollTop < this.#top;
    this.#top = scrollTop;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX || (this.#isAtEnd && !wentUp);
    if (isAtEnd) this.#hasNew = false;
    if (isAtEnd !== this.#isAtEnd) {
      this.#isAtEnd = isAtEnd;
      this.update();
    }
    if (scrollTop < NEAR_PX && !isAtEnd) this.session.catchUp.earlier();
  };
}

Log.define("engawa-log");
