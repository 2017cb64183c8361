import { clock } from "../lib/clock.js";
import { duration, dateAndTime } from "../lib/format.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ticker } from "../lib/ticker.js";
import { ViewElement } from "../lib/view-element.js";

/**
 * A time that counts up from `since`, or down to `until`; with `due` it says soon from half of the way on, and then
 * late.
 */
class ElapsedTime extends ViewElement {
  static properties = ["since", "until", "due"];

  connected() {
    ticker.listen(this.update, this.signal);
  }

  view() {
    const now = clock.now();
    if (this.until) return html`<span>${duration(Math.max(0, this.until - now + 999))}</span>`;
    if (!this.since) return [];
    const level = this.#level(now);
    this.dataset.level = level;
    this.title = t("time.since", { time: dateAndTime(this.since) });
    return html`${level !== "calm" && icon(level === "late" ? "alert" : "clock")}<span>${duration(now - this.since)}
      </span>`;
  }

  /** @param {number} now */
  #level(now) {
    if (!this.due || now < this.since + (this.due - this.since) / 2) return "calm";
    return now < this.due ? "soon" : "late";
  }
}

ElapsedTime.define("elapsed-time");
