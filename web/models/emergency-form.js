import { Form } from "./form.js";

/**
 * An emergency group, while somebody edits it. The switch is not a part of the form: it acts at once, and what is
 * written and not saved yet stays as it is.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */
export class EmergencyForm extends Form {
  /** @param {PlatformApi} api @param {Json} entity */
  constructor(api, entity) {
    super(valuesOf(entity));
    this.api = api;
    this.entity = entity;
  }

  /** @param {PlatformApi} api @param {string} id */
  static async open(api, id) {
    return new EmergencyForm(api, await api.emergencyGroup(id));
  }

  /** @param {PlatformApi} api */
  static blank(api) {
    return new EmergencyForm(api, { enabled: false });
  }

  get id() {
    return this.entity.id;
  }

  get isOn() {
    return Boolean(this.entity.enabled);
  }

  get problems() {
    return { name: this.values.name.trim() ? undefined : "form.missing" };
  }

  /** Switches it on or off. */
  toggle() {
    return this.run(async () => {
      this.entity = await this.api.changeEmergencyGroup(this.id, { ...this.entity, enabled: !this.isOn });
    });
  }

  save() {
    return this.attempt(async () => {
      const { api, id, entity, values } = this;
      const wanted = {
        ...entity,
        name: values.name.trim(),
        description: values.description.trim() || undefined,
      };
      this.entity = id ? await api.changeEmergencyGroup(id, wanted) : await api.createEmergencyGroup(wanted);
      this.stored(valuesOf(this.entity));
    });
  }

  remove() {
    return this.api.deleteEmergencyGroup(this.id);
  }
}

/** @param {Json} entity @returns {Json} */
const valuesOf = (entity) => ({ name: entity.name ?? "", description: entity.description ?? "" });
