/** One second hand for the whole page: it runs while somebody listens. */
class Ticker {
  /** @type {Set<() => void>} */
  #listeners = new Set();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** @param {() => void} listener @param {AbortSignal | undefined} signal */
  listen(listener, signal) {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => this.#listeners.forEach((each) => each()), 1000);
    signal?.addEventListener("abort", () => this.#forget(listener), { once: true });
  }

  /** @param {() => void} listener */
  #forget(listener) {
    this.#listeners.delete(listener);
    if (this.#listeners.size) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

export const ticker = new Ticker();
