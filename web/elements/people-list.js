import { avatar } from "../lib/avatar.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";

/** People to choose from: there may be thousands, so one searches, and reads on as far as one likes. */
class PeopleListElement extends ViewElement {
  static properties = ["people", "administration"];

  view() {
    const { people, administration } = this;
    const { items, isLoading, hasMore, failure } = people;
    return html`<label class="find-field"><span class="hidden-text">${t("people.find")}</span>${icon("search")}<input
        type="search" class="field" placeholder="${t("people.find")}" .value=${people.text} autocomplete="off"
        @input=${(event) => people.find(event.target.value)}></label>
      <p class="form-hint people-count" role="status">${this.#state()}</p>
      <ul aria-busy="${String(isLoading)}">${items.map((one) => html`<li key=${one.id}><button type="button"
        class="admin-row" aria-current=${one.id === administration.form?.id ? "true" : null}
        @click=${() => this.emit("choose", { id: one.id, kind: "people" })}>${avatar(one.name, "small")}
        <span class="hours-names"><span class="clip">${one.name}</span><small class="clip">${one.email ?? ""}</small>
        </span></button></li>`)}</ul>
      ${(hasMore || failure) && html`<button type="button" class="button admin-more" aria-busy="${String(isLoading)}"
        @click=${() => people.more()}>${t(failure ? "action.retry" : "people.more")}</button>`}`;
  }

  #state() {
    const { items, total, isLoading, hasMore, failure, text } = this.people;
    if (failure) return t(failure.sentence ?? "error.unexpected");
    if (isLoading && !items.length) return " ";
    if (!total) return t(text.trim() ? "people.noneFound" : "people.none");
    return hasMore ? t("people.shown", { shown: items.length, count: total }) : t("people.count", { count: total });
  }
}

PeopleListElement.define("people-list");
