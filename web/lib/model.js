/**
 * A part of the desktop's state without DOM: it changes only through its methods and says so with one `change` event
 * a turn.
 */
export class Model extends EventTarget {
  #pending = false;

  changed() {
    if (this.#pending) return;
    this.#pending = true;
    queueMicrotask(() => {
      this.#pending = false;
      this.dispatchEvent(new Event("change"));
    });
  }
}
