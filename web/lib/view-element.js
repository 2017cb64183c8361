import { render } from "./render.js";
import { i18n } from "./i18n.js";

/**
 * Base of our custom elements: light DOM, a `view()` of what the models say, rendered once per turn however many
 * models changed. A property that holds a model (an `EventTarget` that dispatches `change`) is watched for as long as
 * the element is in the page.
 */
export class ViewElement extends HTMLElement {
  /** Names of the properties that parents set. @type {string[]} */
  static properties = [];

  /** @param {string} name */
  static define(name) {
    for (const property of this.properties) defineProperty(this.prototype, property);
    customElements.define(name, this);
  }

  /** @type {AbortController | undefined} Everything that ends when the element leaves the page. */
  #connection;
  #pending = false;
  /** @type {Map<string, AbortController>} */
  #watches = new Map();

  connectedCallback() {
    this.#connection = new AbortController();
    i18n.addEventListener("change", this.update, { signal: this.signal });
    for (const property of /** @type {typeof ViewElement} */ (this.constructor).properties) {
      this.watch(property, this[property]);
    }
    this.connected();
    this.update();
  }

  disconnectedCallback() {
    this.#connection?.abort();
    this.#watches.clear();
    this.disconnected();
  }

  /** Aborted when the element leaves the page; pass it to `addEventListener`. */
  get signal() {
    return this.#connection?.signal;
  }

  /** @param {string} property @param {unknown} model */
  watch(property, model) {
    this.#watches.get(property)?.abort();
    this.#watches.delete(property);
    if (!(model instanceof EventTarget) || model instanceof Node || !this.isConnected) return;
    const watch = new AbortController();
    this.#watches.set(property, watch);
    this.signal?.addEventListener("abort", () => watch.abort(), { once: true });
    model.addEventListener("change", this.update, { signal: watch.signal });
  }

  /** Asks for a render at the end of this turn. */
  update = () => {
    if (this.#pending || !this.isConnected) return;
    this.#pending = true;
    queueMicrotask(() => {
      this.#pending = false;
      if (!this.isConnected) return;
      render(this.view(), this);
      this.updated();
    });
  };

  /** @returns {import("./html.js").ViewNode[]} */
  view() {
    return [];
  }

  connected() {}
  disconnected() {}
  updated() {}

  /** Tells ancestors what the person did. @param {string} type @param {unknown} [detail] */
  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
  }
}

/** @param {object} prototype @param {string} name */
function defineProperty(prototype, name) {
  const values = new WeakMap();
  Object.defineProperty(prototype, name, {
    get() {
      return values.get(this);
    },
    set(value) {
      if (values.get(this) === value) return;
      values.set(this, value);
      this.watch(name, value);
      this.update();
    },
  });
}
