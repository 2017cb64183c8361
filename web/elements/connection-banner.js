import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";

/** Says at once when the screen is not live any more, and what is kept. */
class ConnectionBanner extends ViewElement {
  static properties = ["live", "outbox"];

  view() {
    return html`<div role="status">${this.live.isLost && this.#banner()}</div>`;
  }

  #banner() {
    const unsent = this.outbox.entries.filter((entry) => entry.state === "waiting" || entry.state === "sending").length;
    return html`<div class="banner">${icon("unplugged")}<span>
      ${unsent ? t("banner.unsent", { count: unsent }) : t("banner.lost")}</span>
      <button class="button" @click=${() => this.live.retryNow()}>${t("banner.retry")}</button></div>`;
  }
}

ConnectionBanner.define("connection-banner");
