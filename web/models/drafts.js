import { storage } from "../lib/storage.js";

const DRAFTS_MAX = 100;

/** What the agent has typed and not sent, per conversation, on this computer only, until sign-out. */
export class Drafts {
  /** @param {string} userId */
  constructor(userId) {
    this.key = `engawa.drafts.${userId}`;
  }

  /** @param {string} conversationId */
  read(conversationId) {
    return this.#all()[conversationId] ?? "";
  }

  /** @param {string} conversationId @param {string} text */
  write(conversationId, text) {
    const { [conversationId]: _, ...others } = this.#all();
    const kept = Object.entries(others).slice(-(DRAFTS_MAX - 1));
    storage.local.writeJson(this.key, Object.fromEntries(text.trim() ? [...kept, [conversationId, text]] : kept));
  }

  clear() {
    storage.local.remove(this.key);
  }

  /** @returns {Record<string, string>} */
  #all() {
    return storage.local.readJson(this.key, {});
  }
}
