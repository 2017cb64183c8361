import { isCapacity } from "./capacity.js";
import { bodyOf } from "./capacity-form.js";
import { Form, keeping } from "./form.js";
import { pagesOf } from "./pages.js";

/**
 * A label, while somebody edits it: conversations that carry it can be limited beside their medium. Its name is the
 * label's, its limit stands in the organisation's capacity.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {{id: string, name: string}} Named
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

export class LabelForm extends Form {
  /** People whose own capacity names it. */
  peopleCount = 0;

  /** @param {PlatformApi} api @param {Json} entity @param {Named[]} labels all that there are @param {Json} [limit] */
  constructor(api, entity, labels, limit) {
    const others = labels.filter(({ id }) => id !== entity.id);
    super(valuesOf(entity, others, limit));
    this.api = api;
    this.entity = entity;
    this.others = others;
  }

  /** @param {PlatformApi} api @param {string} id */
  static async open(api, id) {
    const [labels, capacity, agents] = await Promise.all([
      pagesOf(api.labels),
      api.utilization(),
      api.agentsOfLabel(id).catch(() => []),
    ]);
    const entity = labels.find((label) => label.id === id) ?? await api.label(id);
    const form = new LabelForm(api, entity, labels, capacity.labelUtilizations?.[id]);
    form.peopleCount = agents?.length ?? 0;
    return form;
  }

  /** @param {PlatformApi} api @param {Named[]} labels */
  static blank(api, labels) {
    return new LabelForm(api, {}, labels);
  }

  get id() {
    return this.entity.id;
  }

  get problems() {
    const { name, isLimited, maximum } = this.values;
    return {
      name: name.trim() ? undefined : "form.missing",
      maximum: !isLimited || isCapacity(maximum) ? undefined : "capacity.maximum.bad",
    };
  }

  /** @param {string | undefined} field */
  pathOf(field) {
    if (field?.endsWith("maximumCapacity")) return "maximum";
    return field?.endsWith("interruptingLabelIds") ? "interrupting" : field;
  }

  save() {
    return this.attempt(async () => {
      const { api, values, entity } = this;
      const name = values.name.trim();
      const limit = limitOf(values);
      if (!entity.id) this.entity = await api.createLabel(limit ? { name, utilization: limit } : { name });
      else {
        if (name !== entity.name) this.entity = await api.changeLabel(entity.id, { name });
        await keeping(name === entity.name ? "form.failed" : "label.partly", () => this.#limit(limit));
      }
      this.stored({ ...values, name });
    });
  }

  /** @param {Json | undefined} limit */
  async #limit(limit) {
    const body = bodyOf(await this.api.utilization());
    const { [this.id]: before, ...others } = body.labelUtilizations;
    if (JSON.stringify(before) === JSON.stringify(limit)) return;
    body.labelUtilizations = limit ? { ...others, [this.id]: limit } : others;
    await this.api.setUtilization(body);
  }

  /** With what capacities say of it: the question before has said so. */
  remove() {
    return this.api.deleteLabel(this.id);
  }
}

/** @param {Json} entity @param {Named[]} others @param {Json} [limit] @returns {Json} */
function valuesOf({ name = "" }, others, limit) {
  const interrupting = limit?.interruptingLabelIds ?? [];
  return {
    name,
    isLimited: Boolean(limit),
    maximum: String(limit?.maximumCapacity ?? 1),
    interrupting: Object.fromEntries(others.map(({ id }) => [id, interrupting.includes(id)])),
  };
}

/** @param {Json} values @returns {Json | undefined} */
function limitOf({ isLimited, maximum, interrupting }) {
  if (!isLimited) return undefined;
  const ids = Object.keys(interrupting).filter((id) => interrupting[id]);
  return { maximumCapacity: Number(maximum), interruptingLabelIds: ids };
}
