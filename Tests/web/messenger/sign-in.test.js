import assert from "node:assert/strict";
import test from "node:test";
import { Memory } from "../../../web/messenger/models/memory.js";
import { SignIn } from "../../../web/messenger/sign-in.js";
import { MemoryStorage } from "./support/memory-storage.js";

/** @type {any} */ (globalThis).location ??= { href: "http://shop/page" };

/**
 * A sign-in with the server's answers, by method and name; what it does is noted.
 *
 * @param {Record<string, {status?: number, body?: object}>} answers
 */
function signIn(answers = {}, storage = new MemoryStorage()) {
  /** @type {string[]} */
  const did = [];
  /** @type {any[]} */
  const asked = [];
  const note = (/** @type {string} */ name) => () => void did.push(name);
  /** @type {any} */
  const fetch = async (/** @type {string} */ url, /** @type {any} */ options) => {
    const name = `${options.method} ${url.split("/").at(-1)}`;
    asked.push({ name, headers: options.headers, body: options.body && JSON.parse(options.body) });
    const { status = 200, body = {} } = answers[name] ?? { status: 404 };
    if (status === 0) throw new TypeError("no connection");
    return { ok: status < 300, status, json: async () => body };
  };
  const memory = new Memory(storage, "memory", () => "token");
  /** @type {any} */
  const callbacks = {};
  for (const name of ["again", "unknown", "unheard", "leaving", "over"]) callbacks[name] = note(name);
  const made = new SignIn({ origin: "http://here", deploymentId: "d", memory, fetch, ...callbacks });
  return { made, memory, storage, did, asked };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const EXCHANGED = { "POST oauthcodegrantjwtexchange": { body: { jwt: "one", refreshToken: "r" } } };

test("a code is exchanged and the session asked for with the proof", async () => {
  const { made, did, asked, memory } = signIn(EXCHANGED);
  await made.begin({ code: "c", redirectUri: "http://shop/back", codeVerifier: "v" });
  assert.deepEqual(asked[0].body, {
    deploymentId: "d",
    oauth: { code: "c", redirectUri: "http://shop/back", codeVerifier: "v" },
  });
  assert.equal(made.jwt, "one");
  assert.equal(memory.isActive, true);
  assert.deepEqual(did, ["again"]);
});

test("a refused exchange is told and changes nothing", async () => {
  const refusal = { status: 401, body: { message: "Session authentication failed" } };
  const { made, did } = signIn({ "POST oauthcodegrantjwtexchange": refusal });
  await assert.rejects(made.begin({ code: "c" }), /authentication failed/);
  assert.equal(made.jwt, undefined);
  assert.deepEqual(did, []);
});

for (const error of [
  { code: 401, text: "" },
  { code: 403, text: "Session authentication failed: x" },
  { code: 403, text: "Try to authenticate again" },
])
  test(`a proof that is too old is renewed without a word (${error.code} ${error.text})`, async () => {
    const { made, did, asked } = signIn({ ...EXCHANGED, "POST refresh": { body: { jwt: "two" } } });
    await made.begin({ code: "c" });
    assert.equal(made.mend(error), true);
    await settle();
    assert.deepEqual(asked.at(-1).body, { deploymentId: "d", refreshToken: "r" });
    assert.equal(made.jwt, "two");
    assert.deepEqual(did, ["again", "again"]);
  });

test("a server that says no ends the sign-in, one that is out of reach does not", async () => {
  for (const [status, last] of [
    [401, "over"],
    [503, "unheard"],
    [0, "unheard"],
  ]) {
    const { made, did } = signIn({ ...EXCHANGED, "POST refresh": { status: Number(status) } });
    await made.begin({ code: "c" });
    made.mend({ code: 401, text: "" });
    await settle();
    assert.equal(did.at(-1), last);
    assert.equal(made.jwt, last === "over" ? undefined : "one");
  }
});

test("a server that is never content is not asked for ever", async () => {
  const { made } = signIn({ ...EXCHANGED, "POST refresh": { body: { jwt: "two" } } });
  await made.begin({ code: "c" });
  const mended = [1, 2, 3, 4].map(() => made.mend({ code: 401, text: "" }));
  assert.deepEqual(mended, [true, true, true, false]);
  await settle();
});

test("a token that was signed in is left behind by who is not", () => {
  const { made, did } = signIn();
  assert.equal(made.mend({ code: 4017, text: "" }), true);
  assert.deepEqual(did, ["unknown", "again"]);
});

test("other refusals are not ours to mend", async () => {
  const { made } = signIn(EXCHANGED);
  assert.equal(made.mend({ code: 401, text: "" }), false);
  await made.begin({ code: "c" });
  assert.equal(made.mend({ code: 403, text: "Authenticated sessions are disabled" }), false);
  assert.equal(made.mend({ code: 400, text: "Deployment not found" }), false);
});

test("signing out tells the server, renewing the proof if it must, and ends here in any case", async () => {
  const answers = { ...EXCHANGED, "DELETE revoke": { status: 401 }, "POST refresh": { body: { jwt: "two" } } };
  const { made, did, asked } = signIn(answers);
  await made.begin({ code: "c" });
  await assert.rejects(made.end());
  assert.deepEqual(
    asked.slice(1).map(({ name, headers }) => `${name} ${headers.Authorization ?? ""}`.trim()),
    ["DELETE revoke bearer one", "POST refresh", "DELETE revoke bearer two"],
  );
  assert.equal(made.jwt, undefined);
  assert.equal(did.at(-1), "over");
});

test("every tab notices the end, also when another one has told our storage", async () => {
  const storage = new MemoryStorage();
  const [one, other] = [signIn(EXCHANGED, storage), signIn(EXCHANGED, storage)];
  await one.made.begin({ code: "c" });
  one.made.isTaken();
  other.made.isTaken();
  one.made.ended();
  other.made.ended();
  other.made.ended();
  assert.equal(one.did.at(-1), "over");
  assert.deepEqual(other.did, ["over"]);
});
