/**
 * Where the reader of the conversation is: at its end, which goes on, or further back, which stays. A new message of
 * the business that is taller than the window is read from its top.
 */
const NEAR_PX = 60;

export class Reading {
  isAtEnd = true;
  /** Something came that was not seen. */
  hasNew = false;
  /** The newest line is of the business and was not scrolled yet, so its top must be seen. */
  #isFresh = false;
  /** The end of a fresh line lies below. */
  #isCut = false;
  #newest = "";
  #top = 0;

  /** @param {import("./models/message.js").Line | undefined} newest */
  noticed(newest) {
    if (newest && newest.key !== this.#newest) {
      // Who reads a tall message is not taken away from it.
      if (this.#isFresh && this.#isCut && !newest.isMine) this.isAtEnd = false;
      this.#isFresh = this.isAtEnd && !newest.isMine && this.#newest !== "";
      if (!this.isAtEnd) this.hasNew = !newest.isMine;
      if (newest.isMine) this.isAtEnd = true;
    }
    this.#newest = newest?.key ?? "";
  }

  /** Shows what is to be read, after something has come or grown. @param {Element} scroller */
  stay(scroller) {
    if (!this.isAtEnd) return;
    const line = this.#isFresh && [...scroller.querySelectorAll(".message:not(.typing)")].at(-1);
    const end = scroller.scrollHeight - scroller.clientHeight;
    const offset = line ? line.getBoundingClientRect().top - scroller.getBoundingClientRect().top : 0;
    const top = line ? scroller.scrollTop + offset : end;
    this.#isCut = top < end - 1;
    scroller.scrollTop = Math.min(end, top);
    this.#top = scroller.scrollTop;
  }

  toEnd() {
    this.#isFresh = this.hasNew = false;
    this.isAtEnd = true;
  }

  /** Only the reader leaves the end; what we did is no wish of theirs. @param {Element} scroller */
  scrolled({ scrollTop, scrollHeight, clientHeight }) {
    const wentUp = scrollTop < this.#top;
    if (Math.abs(scrollTop - this.#top) < 2) return;
    this.#top = scrollTop;
    this.#isFresh = false;
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    this.isAtEnd = isNear || (this.isAtEnd && !wentUp && !this.#isCut);
    if (this.isAtEnd) this.hasNew = this.#isCut = false;
  }

  /** Whether earlier messages come into sight soon. @param {Element} scroller */
  isNearTop({ scrollTop }) {
    return scrollTop < NEAR_PX && !this.isAtEnd;
  }
}
