import { Form } from "./form.js";

/**
 * A schedule group, while somebody edits it: its time zone, and what each schedule says in it.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

/** What a schedule can say, the stronger first. */
export const ROLES = ["holiday", "closed", "open"];
const listOf = (/** @type {string} */ role) => `${role}Schedules`;

export class ScheduleGroupForm extends Form {
  /** @param {PlatformApi} api @param {Json} entity @param {Json[]} schedules all that there are */
  constructor(api, entity, schedules) {
    super(valuesOf(entity, schedules));
    this.api = api;
    this.entity = entity;
    this.schedules = schedules;
  }

  /** @param {PlatformApi} api @param {string} id @param {Json} hours */
  static async open(api, id, hours) {
    return new ScheduleGroupForm(api, await api.scheduleGroup(id), hours.schedules);
  }

  /** In the time zone of whoever makes it. @param {PlatformApi} api @param {Json} hours */
  static blank(api, hours) {
    return new ScheduleGroupForm(api, { timeZone: ownZone() }, hours.schedules);
  }

  get id() {
    return this.entity.id;
  }

  get problems() {
    return { name: this.values.name.trim() ? undefined : "form.missing" };
  }

  /** @param {string | undefined} field */
  pathOf(field) {
    const [, list, index] = /^(\w+Schedules)\[(\d+)\]/.exec(field ?? "") ?? [];
    if (list) return `schedules.${listsOf(this.values, this.entity)[list]?.[Number(index)]?.id}`;
    return field === "timeZone" ? "zone" : field;
  }

  save() {
    return this.attempt(async () => {
      const { api, id, values, entity } = this;
      const wanted = {
        ...entity,
        name: values.name.trim(),
        description: values.description.trim() || undefined,
        timeZone: values.zone,
        ...listsOf(values, entity),
      };
      this.entity = id ? await api.changeScheduleGroup(id, wanted) : await api.createScheduleGroup(wanted);
      this.stored(valuesOf(this.entity, this.schedules));
    });
  }

  remove() {
    return this.api.deleteScheduleGroup(this.id);
  }
}

const ownZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** The names of the time zone database that the browser knows, and the one that is chosen. @param {string} zone */
export function zonesWith(zone) {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", zone])].sort();
}

/** What a schedule says in a group; of several the strongest, which is what counts. @param {Json} entity */
export function roleIn(entity, /** @type {string} */ id) {
  const holds = (/** @type {string} */ role) =>
    (entity[listOf(role)] ?? []).some((/** @type {Json} */ each) => each.id === id);
  return ROLES.find(holds) ?? "";
}

/** @param {Json} entity @param {Json[]} schedules @returns {Json} */
function valuesOf(entity, schedules) {
  return {
    name: entity.name ?? "",
    description: entity.description ?? "",
    // Without one the server takes this.
    zone: entity.timeZone ?? "UTC",
    schedules: Object.fromEntries(schedules.map(({ id }) => [id, roleIn(entity, id)])),
  };
}

/**
 * The group's lists. A schedule whose role nobody changed stays in each list in which it was.
 *
 * @param {Json} values @param {Json} entity @returns {Record<string, {id: string}[]>}
 */
export function listsOf(values, entity) {
  const changed = Object.entries(values.schedules).filter(([id, role]) => role !== roleIn(entity, id));
  const moved = new Set(changed.map(([id]) => id));
  return Object.fromEntries(ROLES.map((role) => {
    const kept = (entity[listOf(role)] ?? []).filter((/** @type {Json} */ each) => !moved.has(each.id));
    const added = changed.filter(([, wanted]) => wanted === role);
    return [listOf(role), [...kept.map((/** @type {Json} */ { id }) => ({ id })), ...added.map(([id]) => ({ id }))]];
  }));
}
