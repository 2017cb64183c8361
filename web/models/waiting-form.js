import { plainPresence } from "./agent-status.js";
import { Form } from "./form.js";

/**
 * What a supervisor does with one that waits: gives it to an agent by hand, and changes what it asks for. The paths
 * begin with its id, as several can be open at once.
 *
 * @typedef {import("./who-waits.js").Waiting} Waiting
 * @typedef {import("./picks.js").Pick & {status: string, presence: string, email?: string}} Agent
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

const PRIORITY_MAX = 1_000_000;
const SHOWN_MAX = 50;
/** Who could take it at once stands first. */
const READINESS = { IDLE: 0, INTERACTING: 1, COMMUNICATING: 1 };
/** What the server says to a hand that came too late or to somebody who cannot. */
const REFUSALS = {
  "agent.at.capacity": "assign.full",
  "agent.not.on.queue": "assign.offQueue",
  "conversation.not.waiting": "assign.gone",
  "manual.assignment.disabled": "assign.notAllowed",
  "queue.closed": "assign.closed",
};

export class WaitingForm extends Form {
  /** @type {Map<string, string>} */
  names = new Map();
  /** Who shall get it. @type {Agent | undefined} */
  agent;
  isAssigning = false;
  /** Who was asked by hand. */
  assignedTo = "";
  /** Why nobody was. @type {{sentence: string, values: Record<string, string>, reason: string} | undefined} */
  refusal;

  /** @param {PlatformApi} api @param {Waiting} item */
  constructor(api, item) {
    super(valuesOf(item));
    this.api = api;
    this.id = item.id;
    this.follow(item);
  }

  /** What it asks for now, unless somebody is changing it here. @param {Waiting} item */
  follow(item) {
    this.item = item;
    this.changed();
    for (const { id, name } of item.skills ?? []) this.names.set(id, name ?? "");
    if (this.isDirty || this.isSaving || same(this.values, valuesOf(item))) return;
    this.stored(valuesOf(item));
    // Somebody else did.
    this.wasSaved = false;
  }

  /** @returns {{id: string, name: string}[]} */
  get skills() {
    return Object.keys(this.values[this.id].skills).map((id) => ({ id, name: this.names.get(id) ?? "" }));
  }

  /** @param {{id: string, name: string}} skill */
  ask({ id, name }) {
    this.names.set(id, name);
    this.write(`${this.id}.skills`, { ...this.values[this.id].skills, [id]: true });
  }

  /** @param {string} id */
  drop(id) {
    const { [id]: _, ...rest } = this.values[this.id].skills;
    this.write(`${this.id}.skills`, rest);
  }

  get problems() {
    const priority = this.values[this.id].priority.trim();
    const isRight = /^-?\d{1,7}$/.test(priority) && Math.abs(Number(priority)) <= PRIORITY_MAX;
    return { [`${this.id}.priority`]: isRight ? undefined : "assign.priority.bad" };
  }

  /** @param {string | undefined} field */
  pathOf(field) {
    return field && `${this.id}.${field === "priority" ? field : "skills"}`;
  }

  save() {
    return this.attempt(async () => {
      const { priority, skills } = this.values[this.id];
      try {
        await this.api.changeWaiting(this.id, { priority: Number(priority), skillIds: Object.keys(skills) });
      } catch (error) {
        if (error.code === "conversation.not.waiting") error.kept = "assign.gone";
        throw error;
      }
      this.stored(this.values);
    });
  }

  /** Skills that it does not ask for yet. @param {string} text @returns {Promise<import("./picks.js").Pick[]>} */
  async findSkills(text) {
    const { entities } = await this.api.skillsNamed(text);
    return entities.filter((/** @type {any} */ { id }) => !(id in this.values[this.id].skills))
      .map((/** @type {any} */ { id, name }) => ({ id, name }));
  }

  /** Agents of its queue who are on queue; by a name, anybody. @param {string} text @returns {Promise<Agent[]>} */
  async findAgents(text) {
    const { entities } = text ? await this.api.agentsNamed(text) : await this.api.agentsOnQueue(this.item.queue.id);
    const agents = entities.map((/** @type {any} */ one) => agentOf(one.user ?? one));
    const names = agents.map((/** @type {Agent} */ { name }) => name);
    // Of two who have one name the address tells which is which.
    for (const agent of agents) if (names.indexOf(agent.name) === names.lastIndexOf(agent.name)) delete agent.email;
    return agents.sort((/** @type {Agent} */ one, /** @type {Agent} */ other) =>
      readiness(one) - readiness(other) || one.name.localeCompare(other.name)).slice(0, SHOWN_MAX);
  }

  /** @param {Agent} agent */
  choose(agent) {
    this.agent = agent;
    this.refusal = undefined;
    this.assignedTo = "";
    this.changed();
  }

  /** Gives it to whoever was chosen. @returns {Promise<boolean>} whether the agent is asked */
  async assign() {
    if (this.isAssigning) return false;
    this.refusal = this.agent ? undefined : { sentence: "assign.nobody", values: {}, reason: "" };
    if (!this.agent) return this.#assigned("");
    const { id, name } = this.agent;
    this.isAssigning = true;
    this.changed();
    try {
      await this.api.assign(this.id, id);
      return this.#assigned(name);
    } catch (error) {
      this.refusal = refusalOf(error, { name, queue: this.item.queue.name ?? "" });
      return this.#assigned("");
    }
  }

  /** @param {string} name */
  #assigned(name) {
    this.isAssigning = false;
    this.assignedTo = name;
    this.changed();
    return Boolean(name);
  }
}

const same = (/** @type {unknown} */ one, /** @type {unknown} */ other) =>
  JSON.stringify(one) === JSON.stringify(other);

/** @param {Waiting} item */
const valuesOf = ({ id, priority = 0, skills = [] }) => ({
  [id]: { priority: String(priority), skills: Object.fromEntries(skills.map((skill) => [skill.id, true])) },
});

/** @param {any} user @returns {Agent} */
function agentOf({ id, name, email, presence, routingStatus }) {
  const system = plainPresence(presence?.presenceDefinition?.systemPresence);
  return { id, name, email, status: routingStatus?.status ?? "OFF_QUEUE", presence: system || "offline" };
}

/** @param {Agent} agent */
const readiness = ({ status, presence }) => (presence === "onqueue" ? READINESS[status] ?? 2 : 3);

/** @param {any} error @param {Record<string, string>} values */
function refusalOf({ code, status, sentence, message, isOffline }, values) {
  const known = REFUSALS[code];
  if (known) return { sentence: known, values, reason: "" };
  if (isOffline || status === 403) return { sentence: sentence ?? "error.unexpected", values, reason: "" };
  return { sentence: sentence ?? "error.unexpected", values, reason: message ?? "" };
}
