import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";

/** What the desktop has to tell and nobody asked for, bottom right. */
class NoticeStack extends ViewElement {
  static properties = ["notices"];

  connected() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-live", "polite");
  }

  view() {
    this.setAttribute("aria-label", t("notices.label"));
    return this.notices.list.map((notice) => html`<div class="notice ${notice.kind}" key=${notice.id}>
      ${icon(notice.kind === "error" ? "alert" : "info")}
      <div>${t(notice.sentence, notice.values)}${notice.reason && html` <small class="quiet">${notice.reason}</small>`}
        </div>
      <button class="button plain icon-only" aria-label="${t("action.dismiss")}"
        @click=${() => this.notices.dismiss(notice.id)}>${icon("close")}</button></div>`).flat();
  }
}

NoticeStack.define("notice-stack");
