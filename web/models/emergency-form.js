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

  /**
   * Switches it to what the screen does not show, whatever else has been saved by somebody meanwhile: an emergency does
   * not wait. What is written here and not saved yet keeps the version that it was written over, so that saving it is
   * refused if there is a later one.
   */
  toggle() {
    const enabled = !this.isOn;
    return this.run(async () => {
      const { latest, now } = await this.#switched(enabled);
      const isSeen = latest.version === this.entity.version;
      if (this.isDirty && !isSeen) this.entity = { ...this.entity, enabled };
      else if (this.isDirty) this.entity = now;
      else this.#show(now);
    });
  }

  /** Asked again it does the same, so whoever got no answer may ask again. @param {boolean} enabled */
  async #switched(enabled) {
    try {
      const latest = await this.api.emergencyGroup(this.id);
      if (latest.enabled === enabled) return { latest, now: latest };
      return { latest, now: await this.api.changeEmergencyGroup(this.id, { ...latest, enabled }) };
    } catch (error) {
      error.kept = error.isOffline ? "emergency.unknown" : "emergency.failed";
      throw error;
    }
  }

  /** @param {Json} entity */
  #show(entity) {
    this.entity = entity;
    this.stored(valuesOf(entity));
    this.wasSaved = false;
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
