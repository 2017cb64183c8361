import "./queue-groups.js";
import { avatar } from "../lib/avatar.js";
import { fold } from "../lib/folds.js";
import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { peoplePick } from "../lib/queue-fields.js";
import { membersDigest } from "../lib/queue-words.js";
import { ViewElement } from "../lib/view-element.js";
import { matches } from "../models/picker.js";

/** So many stand in the list before one asks for all. */
const SHOWN_MAX = 50;
/** From so many on they can be searched. */
const SEARCHED_MIN = 10;

/** Who works in a queue: people, each in a ring, and groups of people. */
class QueueMembers extends ViewElement {
  static properties = ["form"];

  text = "";
  showsAll = false;

  view() {
    const { form } = this;
    return html`${fold({ name: "members", title: t("queue.members"), digest: membersDigest(form) }, html`
      <div class="fold-tools"><button type="button" class="button" id="add-people" @click=${this.#add}>${icon("add")}
        ${t("queue.people.add")}</button>${form.rows.length >= SEARCHED_MIN && html`<input type="search" class="field"
        key="search" aria-label="${t("queue.people.search")}" placeholder="${t("queue.people.search")}"
        .value=${this.text} @input=${this.#search} @keydown=${this.#stay}>`}</div>
      ${this.#list()}
      <queue-groups .form=${form}></queue-groups>`)}`;
  }

  #list() {
    const { form } = this;
    const found = form.rows.filter((row) => matches(row, this.text));
    const shown = this.showsAll || found.length <= SHOWN_MAX ? found : found.slice(0, SHOWN_MAX);
    if (!form.rows.length) return html`<p class="quiet" key="none">${t("queue.people.empty")}</p>`;
    return html`<ul class="member-list" aria-label="${t("queue.members")}">${shown.map((row) => this.#row(row))}</ul>
      ${!found.length && html`<p class="quiet" role="status">${t("picker.none")}</p>`}
      ${shown.length < found.length && html`<button type="button" class="button plain" key="all"
        @click=${this.#showAll}>${t("queue.people.all", { count: found.length })}</button>`}`;
  }

  /** @param {import("../models/queue-members.js").Row} row */
  #row(row) {
    const { id, name, detail, isByGroup, isNew, isRemoved } = row;
    return html`<li key=${id} class="member" data-removed="${String(isRemoved)}">${avatar(name, "small")}
      <span class="member-name"><span class="clip">${name}</span><small class="clip">${detail}</small></span>
      ${isByGroup && html`<span class="tag" key="group">${t("queue.byGroup")}</span>`}
      ${isNew && html`<span class="tag" key="new">${t("queue.person.new")}</span>`}
      ${isRemoved ? html`<span class="quiet" key="removed">${t("queue.person.removed")}</span>` : this.#controls(row)}
      ${!isByGroup && (isRemoved ? html`<button type="button" class="button plain" key="back"
        aria-label="${t("queue.person.back", { name })}" @click=${() => this.form.changeMember(row, { isIn: true })}>
        ${t("queue.back")}</button>` : html`<button type="button" class="button plain icon-only" key="remove"
        aria-label="${t("queue.person.remove", { name })}" title="${t("queue.person.remove", { name })}"
        @click=${() => this.form.changeMember(row, { isIn: false })}>${icon("close")}</button>`)}</li>`;
  }

  /** @param {import("../models/queue-members.js").Row} row */
  #controls(row) {
    const { name, joined } = row;
    return html`${this.form.values.hasRings && this.#ring(row)}<label class="member-joined" key="joined"><input
      type="checkbox" aria-label="${t("queue.person.joined", { name })}" .checked=${joined}
      @change=${(event) => this.form.changeMember(row, { joined: event.target.checked })}>
      ${t("queue.joined")}</label>`;
  }

  /** Whom a group has is asked where the group is. @param {import("../models/queue-members.js").Row} row */
  #ring(row) {
    const { name, ring, isByGroup } = row;
    const count = Math.max(this.form.values.rings.length, ring);
    const rings = Array.from({ length: count }, (_, index) => String(index + 1));
    return html`<select class="field member-ring" key="ring" aria-label="${t("queue.person.ring", { name })}"
      ?disabled=${isByGroup} .value=${String(ring)}
      @change=${(event) => this.form.changeMember(row, { ring: Number(event.target.value) })}>
      ${rings.map((each) => html`<option key=${each} value="${each}" ?selected=${Number(each) === ring}>
      ${t("queue.ring", { ring: each })}</option>`)}</select>`;
  }

  #add = () => {
    const { form } = this;
    this.emit("pick", peoplePick(form, {
      title: t("queue.people.add"),
      isTaken: (row) => !row.isRemoved,
      onPick: (people) => form.addPeople(people),
    }));
  };

  #search = (/** @type {any} */ event) => {
    this.text = event.target.value;
    this.update();
  };

  /** Enter belongs to the search, not to the form. @param {KeyboardEvent} event */
  #stay = (event) => event.key === "Enter" && event.preventDefault();

  #showAll = () => {
    this.showsAll = true;
    this.update();
  };
}

QueueMembers.define("queue-members");
