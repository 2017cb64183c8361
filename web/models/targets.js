import { Model } from "../lib/model.js";
import { plainPresence } from "./agent-status.js";

/**
 * Where a conversation can be transferred to, as the agent searches.
 *
 * @typedef {{id: string, name: string, presence?: any, routingStatus?: any}} Target
 * @typedef {import("./directory.js").Directory} Directory
 */

const PAUSE_MS = 150;
const READINESS = { IDLE: 0, INTERACTING: 1, COMMUNICATING: 1, NOT_RESPONDING: 3 };

export class Targets extends Model {
  /** @type {"queue" | "agent"} */
  kind = "queue";
  text = "";
  /** @type {Target[]} */
  results = [];
  /** @type {Target | undefined} */
  chosen;
  isLoading = false;
  hasFailed = false;
  /** @type {Promise<Target[]> | undefined} */
  #users;
  #question = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;

  /**
   * @param {Directory} directory
   * @param {string} userId whom one does not transfer to
   * @param {string | undefined} queueId where it comes from, the last choice
   */
  constructor(directory, userId, queueId) {
    super();
    this.directory = directory;
    this.userId = userId;
    this.queueId = queueId;
  }

  /** @param {"queue" | "agent"} kind */
  show(kind) {
    this.kind = kind;
    this.text = "";
    this.results = [];
    return this.#find();
  }

  /** @param {string} text */
  search(text) {
    this.text = text;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#find(), this.kind === "queue" ? PAUSE_MS : 0);
    this.changed();
  }

  /** @param {Target} target */
  choose(target) {
    this.chosen = target;
    this.changed();
  }

  /** @param {1 | -1} by */
  move(by) {
    if (!this.results.length) return;
    const here = this.results.findIndex((each) => each.id === this.chosen?.id);
    this.choose(this.results[(here + by + this.results.length) % this.results.length]);
  }

  /** Only the answer to the latest question counts. */
  async #find() {
    const question = ++this.#question;
    this.isLoading = true;
    this.hasFailed = false;
    this.changed();
    const found = await (this.kind === "queue" ? this.#findQueues() : this.#findUsers()).catch(() => undefined);
    if (question !== this.#question) return;
    this.isLoading = false;
    this.hasFailed = !found;
    this.results = found ?? [];
    this.chosen = this.results.find((each) => each.id === this.chosen?.id) ?? this.results[0];
    this.changed();
  }

  async #findQueues() {
    const isSource = (/** @type {Target} */ queue) => Number(queue.id === this.queueId);
    return (await this.directory.findQueues(this.text.trim())).toSorted((a, b) => isSource(a) - isSource(b));
  }

  async #findUsers() {
    this.#users ??= this.directory.listUsers();
    this.#users.catch(() => (this.#users = undefined));
    const wanted = this.text.trim().toLowerCase();
    const others = (await this.#users).filter((user) =>
      user.id !== this.userId && String(user.name).toLowerCase().includes(wanted)
    );
    return others.sort((a, b) => readiness(a) - readiness(b) || a.name.localeCompare(b.name));
  }
}

/** Who can answer soonest stands first. @param {Target} user */
function readiness(user) {
  const system = plainPresence(user.presence?.presenceDefinition?.systemPresence);
  if (system === "onqueue") return READINESS[user.routingStatus?.status] ?? 2;
  return system === "available" ? 4 : system === "offline" || !system ? 6 : 5;
}
