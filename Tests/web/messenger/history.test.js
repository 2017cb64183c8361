import assert from "node:assert/strict";
import test from "node:test";
import { History } from "../../../web/messenger/history.js";

test("what is being asked ends when the session is left, and is not asked with its key again", async () => {
  /** @type {any[]} */
  const asked = [];
  const fetch = (/** @type {string} */ _, /** @type {any} */ { headers, signal }) =>
    new Promise((_resolve, reject) => {
      asked.push(headers.Authorization);
      signal.addEventListener("abort", () => reject(new Error("aborted")));
    });
  const keys = ["first", "second"];
  const send = () => {
    queueMicrotask(() => history.receive({ jwt: String(keys.shift()), expiresAt: Date.now() + 60_000 }));
    return true;
  };
  const history = new History({ origin: "http://here", token: () => "token", send, fetch: /** @type {any} */ (fetch) });
  const leave = async (/** @type {Promise<any>} */ page) => {
    await new Promise((resolve) => setImmediate(resolve));
    history.forget();
    await assert.rejects(page, /aborted/);
  };
  await leave(history.page(1));
  await leave(history.page(1));
  assert.deepEqual(asked, ["bearer first", "bearer second"]);
});
