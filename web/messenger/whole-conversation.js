import { backOffMs } from "../lib/back-off.js";
import { Transcript } from "./models/transcript.js";

/**
 * The conversation from its beginning, for a copy. It is read apart from what the log shows, which would have to draw
 * it all, in the largest pages that the server gives; where the server asks for patience it gets it.
 *
 * @typedef {{lines: import("./models/message.js").Line[], isWhole: boolean}} Conversation
 *   `isWhole` is false when its older part could not be read
 */
const PAGE_SIZE = 100;
/** History allows ten reads a minute (reference B.12): five minutes are as long as anybody waits for a file. */
const PAGES_MAX = 50;
const ATTEMPTS_MAX = 5;
const PATIENCE_MS_MAX = 60_000;

/**
 * @param {import("./session.js").Session} session
 * @param {(read: number, total: number) => void} onProgress messages, whenever it takes longer; 0 and 0 while nothing
 *   is known
 * @returns {Promise<Conversation | undefined>} nothing when the session became another one meanwhile
 */
export async function wholeConversation(session, onProgress) {
  const { history, transcript, catchUp } = session;
  if (catchUp.isFromBeginning) return { lines: session.lines, isWhole: true };
  const past = new Transcript();
  const { turn } = history;
  let isWhole = false;
  for (let number = 1; number <= PAGES_MAX && !isWhole; number += 1) {
    const onWait = () => number === 1 && onProgress(0, 0);
    const page = await patiently(() => history.page(number, PAGE_SIZE), () => history.turn === turn, onWait);
    if (history.turn !== turn) return undefined;
    if (!page) break;
    past.merge(page.entities);
    isWhole = !page.hasMore;
    if (page.hasMore) onProgress(number * PAGE_SIZE, page.total);
  }
  const isOlder = (/** @type {import("./models/message.js").Line} */ { names }) =>
    !names.some((name) => transcript.has(name));
  const lines = [...past.lines.filter(isOlder), ...session.lines];
  return { lines: lines.sort((one, other) => one.at - other.at), isWhole };
}

/**
 * @template T
 * @param {() => Promise<T>} ask @param {() => boolean} isWanted @param {() => void} onWait
 * @returns {Promise<T | undefined>} nothing after too many failures
 */
async function patiently(ask, isWanted, onWait) {
  for (let attempt = 0; attempt < ATTEMPTS_MAX && isWanted(); attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      onWait();
      const wait = error.retryAfterMs ?? backOffMs(attempt, { firstMs: 2_000 });
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, PATIENCE_MS_MAX)));
    }
  }
  return undefined;
}
