/**
 * Asks once, when a conversation has ended, what the customer thought of it: if the site registered for it, or the
 * deployment wants it. The answer stands with the conversation, as attributes of the customer, and is told to the
 * site.
 *
 * @typedef {{question?: string, onAnswer?: (answer: Answer) => void}} Wish what the site registered
 * @typedef {{score?: number, comment: string, isSkipped: boolean}} Answer
 */

/** A conversation goes on with whoever comes back so soon; it is not asked about again. */
const AGAIN_MS = 72 * 3_600_000;

export class Survey {
  /** @type {Wish | undefined} */
  wish;
  /** @type {"open" | "sending" | "failed" | "thanked"} */
  state = "open";

  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    if (session.config.messenger?.survey?.enabled === true) this.wish = {};
  }

  /** Whether there is something to show: the question, or thanks for the answer. */
  get isShown() {
    const { session } = this;
    const last = session.transcript.lines.at(-1);
    if (!this.wish || !last || (last.kind !== "ended" && !session.isOver)) return false;
    return this.state === "thanked" || last.at - session.memory.surveyedAt > AGAIN_MS;
  }

  /** @param {number} score 1 to 5 @param {string} comment */
  async answer(score, comment) {
    this.#move("sending");
    try {
      await this.session.history.ask("survey", { method: "POST", body: JSON.stringify({ score, comment }) });
    } catch ({ status }) {
      // Another tab may have answered: then there is nothing left to say.
      if (status !== 409) return this.#move("failed");
    }
    this.#over({ score, comment, isSkipped: false });
    this.#move("thanked");
  }

  skip() {
    this.#over({ comment: "", isSkipped: true });
    this.#move("open");
  }

  /** A new conversation may be asked about again. */
  begin() {
    this.state = "open";
    this.session.memory.change({ surveyedAt: 0 });
  }

  /** @param {Answer} answer */
  #over(answer) {
    this.session.memory.change({ surveyedAt: this.session.transcript.lines.at(-1)?.at ?? Date.now() });
    this.session.dispatchEvent(new CustomEvent("surveyed", { detail: answer }));
  }

  /** @param {Survey["state"]} state */
  #move(state) {
    this.state = state;
    this.session.changed();
  }
}
