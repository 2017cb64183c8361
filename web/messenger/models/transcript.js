import { lineFromWire } from "./message.js";

/**
 * What the server has confirmed of the conversation: each message once, in the order of its time, from whichever side
 * it came (live frame, history, another tab, again after a reconnection).
 *
 * @typedef {import("./message.js").Line} Line
 */
export class Transcript {
  /** Oldest first. @type {Line[]} */
  lines = [];
  /** @type {Map<string, Line>} */
  #byName = new Map();

  /**
   * @param {Record<string, any>[]} bodies wire messages; equal times keep this order
   * @param {number} [now]
   * @returns {Line[]} those that were new
   */
  merge(bodies, now = Date.now()) {
    const added = [];
    for (const body of bodies) {
      const line = lineFromWire(body, now);
      if (line && this.#take(line)) added.push(line);
    }
    if (added.length) this.lines.sort((one, other) => one.at - other.at);
    return added;
  }

  /** @param {string} name any id of it */
  has(name) {
    return this.#byName.has(name);
  }

  /**
   * Whether a page of history touches what we had: if not, there is a gap between them.
   * @param {Record<string, any>[]} bodies
   * @param {Set<string>} names
   */
  static touches(bodies, names) {
    return bodies.some((body) => names.has(body.id) || names.has(body.metadata?.id));
  }

  /** All ids of now, to compare with later. */
  names() {
    return new Set(this.#byName.keys());
  }

  /** A file has another link; answers its id. @param {string} old @param {string} url */
  replace(old, url) {
    for (const line of this.lines) {
      const file = line.content.find(({ attachment }) => attachment?.url === old)?.attachment;
      if (!file) continue;
      file.url = url;
      // Another list, because views know one that they have read.
      line.content = [...line.content];
      return file.id;
    }
  }

  clear() {
    this.lines = [];
    this.#byName.clear();
  }

  /** @param {Line} line */
  #take(line) {
    const known = line.names.map((name) => this.#byName.get(name)).find(Boolean);
    for (const name of line.names) this.#byName.set(name, known ?? line);
    if (known) return false;
    this.lines.push(line);
    return true;
  }
}
