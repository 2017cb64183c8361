import { object, text } from "./models/wire.js";

/**
 * Previews of the pages that the business's messages lead to. The server asks those pages, never this browser, and only
 * those of hosts that it lists.
 *
 * @typedef {{title?: string, description?: string, siteName?: string, imageUrl?: string}} Preview
 */

/** More links are links only. */
const PREVIEWS_MAX = 100;

export class Previews {
  /** By address; empty while, and when, nothing is known. @type {Map<string, Preview>} */
  #known = new Map();

  /**
   * @param {Record<string, any>} config the deployment's, with the hosts that the server would ask
   * @param {import("./history.js").History} history by which the server is asked
   * @param {() => void} onChange
   */
  constructor(config, history, onChange) {
    const hosts = config.messenger?.linkPreviews?.allowedHosts;
    this.hosts = Array.isArray(hosts) ? hosts.filter((entry) => typeof entry === "string") : [];
    this.history = history;
    this.onChange = onChange;
  }

  /** Whether the server would ask this page. @param {string} address */
  isAllowed(address) {
    if (!this.hosts.length || !URL.canParse?.(address)) return false;
    const { protocol, host, username, password } = new URL(address);
    if (username || password) return false;
    return this.hosts.some((entry) => {
      const isPlain = entry.startsWith("http://");
      const name = isPlain ? entry.slice(7) : entry;
      if (protocol !== (isPlain ? "http:" : "https:")) return false;
      return name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name;
    });
  }

  /** What is known of a page; asks for it the first time. @param {string} address @returns {Preview} */
  find(address) {
    const known = this.#known.get(address);
    if (known || this.#known.size >= PREVIEWS_MAX) return known ?? {};
    this.#known.set(address, {});
    void this.#ask(address);
    return {};
  }

  /** @param {string} address */
  async #ask(address) {
    try {
      const answer = await this.history.ask(`linkpreviews?url=${encodeURIComponent(address)}`);
      const { title, description, siteName, imageUrl } = object(answer);
      const preview = { title: text(title), description: text(description), siteName: text(siteName) };
      this.#known.set(address, { ...preview, imageUrl: text(imageUrl) });
      this.onChange();
    } catch ({ status }) {
      // No connection: the next look asks again. An answer that says no is one.
      if (!status) this.#known.delete(address);
    }
  }
}
