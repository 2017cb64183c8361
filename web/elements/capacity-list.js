import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { ViewElement } from "../lib/view-element.js";
import { ORGANIZATION } from "../models/capacity-form.js";

/** What is set up of capacity: that of everybody, and the labels that split it. */
class CapacityList extends ViewElement {
  static properties = ["administration"];

  view() {
    const { administration } = this;
    const labels = administration.list ?? [];
    const everybody = this.#row("capacity", ORGANIZATION, t("capacity.everybody"), "person", this.#usual());
    return html`<ul><li>${everybody}</li></ul>
      <section class="hours-part capacity-labels" aria-labelledby="capacity-labels"><div class="hours-head">
      <h2 id="capacity-labels">${t("capacity.labels")}</h2>${administration.may("add", "labels") && html`<button
        type="button" class="button plain" aria-label="${t("label.new")}" title="${t("label.new")}"
        @click=${() => this.emit("create", { kind: "labels" })}>${icon("add")}</button>`}</div>
      ${!labels.length && html`<p class="form-hint">${t("capacity.labels.none")}</p>`}
      <ul>${labels.map((/** @type {any} */ { id, name }) => html`<li key=${id}>${
        this.#row("labels", id, name, "tag", this.#limit(id))}</li>`)}</ul></section>`;
  }

  /** @param {string} kind @param {string} id @param {string} name @param {string} sign @param {string} words */
  #row(kind, id, name, sign, words) {
    const { form, kind: open } = this.administration;
    return html`<button type="button" class="admin-row" aria-current=${open === kind && form?.id === id ? "true" : null}
      @click=${() => this.emit("choose", { id, kind })}>${icon(sign)}<span class="hours-names">
      <span class="clip">${name}</span><small>${words}</small></span></button>`;
  }

  #usual() {
    const { maximumCapacity } = this.administration.capacity?.utilization?.message ?? {};
    return t("person.capacity.now", { count: maximumCapacity ?? 0 });
  }

  /** @param {string} id */
  #limit(id) {
    const limit = this.administration.capacity?.labelUtilizations?.[id];
    return limit ? t("label.limit", { count: limit.maximumCapacity }) : t("label.noLimit");
  }
}

CapacityList.define("capacity-list");
