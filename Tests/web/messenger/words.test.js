import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import test from "node:test";
import { i18n, t } from "../../../web/lib/i18n.js";
import { PAPERS, accentOn, contrast, parseHex } from "../../../web/messenger/models/colour.js";
import { linkify } from "../../../web/messenger/models/linkify.js";

const web = new URL("../../../web/", import.meta.url);
const strings = async (/** @type {string} */ language) =>
  JSON.parse(await readFile(new URL(`i18n/messenger/${language}.json`, web), "utf8"));

/** Keys by their full name, or by their beginning where the last part is chosen while running. */
async function keysInSources() {
  const files = (await readdir(new URL("messenger/", web), { recursive: true })).filter((name) => name.endsWith(".js"));
  const sources = await Promise.all(files.map((name) => readFile(new URL(`messenger/${name}`, web), "utf8")));
  const quoted = sources.join("\n").matchAll(/["`]([a-z]+\.[\w]*)(?=["`$])/g);
  return new Set([...quoted].map((match) => match[1]).filter((key) => !key.endsWith(".css")));
}

test("every word that the screens ask for exists, and none exists that nobody asks for", async () => {
  const [asked, english] = [await keysInSources(), await strings("en")];
  const groups = new Set(Object.keys(english).map((key) => key.split(".")[0]));
  const isWord = (/** @type {string} */ key) => groups.has(key.split(".")[0]) && !key.endsWith(".");
  assert.deepEqual(
    [...asked].filter((key) => isWord(key) && !(key in english)),
    [],
  );
  const isAsked = (/** @type {string} */ key) => asked.has(key) || asked.has(`${key.split(".")[0]}.`);
  const ofLibrary = new Set(["time.today", "time.yesterday"]);
  assert.deepEqual(
    Object.keys(english).filter((key) => !isAsked(key) && !ofLibrary.has(key)),
    [],
  );
});

test("numbers choose their form in both languages", async () => {
  i18n.use("en", await strings("en"));
  assert.equal(t("launcher.unread", { name: "Open chat", count: 1 }), "Open chat, 1 new message");
  assert.equal(t("launcher.unread", { name: "Open chat", count: 2 }), "Open chat, 2 new messages");
  i18n.use("ja", await strings("ja"));
  assert.equal(t("launcher.unread", { name: "チャットを開く", count: 1 }), "チャットを開く（新着 1 件）");
});

const links = (/** @type {string} */ text) =>
  linkify(text)
    .filter((piece) => piece.href)
    .map((piece) => piece.href);

test("addresses become links, the sentence around them does not", () => {
  assert.deepEqual(links("See https://example.com/a?b=c#d, please."), ["https://example.com/a?b=c#d"]);
  assert.deepEqual(links("(https://example.com/x)"), ["https://example.com/x"]);
  assert.deepEqual(links("https://example.com/a_(b)"), ["https://example.com/a_(b)"]);
  assert.deepEqual(links("お店(https://example.com)をご覧ください"), ["https://example.com"]);
  assert.deepEqual(links("詳しくはhttps://example.com/お茶。ぜひ"), ["https://example.com/お茶"]);
  assert.deepEqual(links("「https://example.com」へ"), ["https://example.com"]);
  assert.deepEqual(links("mail tea@example.com."), ["mailto:tea@example.com"]);
});

test("nothing but web and mail addresses becomes a link, and no text is lost", () => {
  for (const text of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "<a href=x>", "a@b", ""]) {
    assert.deepEqual(links(text), []);
    assert.equal(
      linkify(text)
        .map((piece) => piece.text)
        .join(""),
      text,
    );
  }
  const mixed = "a https://x.example/ b c@d.example e";
  assert.equal(
    linkify(mixed)
      .map((piece) => piece.text)
      .join(""),
    mixed,
  );
});

test("the deployment's colour is readable as text on both papers, whatever it is", () => {
  for (const hex of ["#000000", "#ffffff", "#ffd54a", "#3f6b4f", "#7f7f7f", "#ff00ff", "#101820"]) {
    for (const paper of Object.values(PAPERS)) {
      const [red, green, blue] = (accentOn(hex, paper).match(/\d+/g) ?? []).map(Number);
      assert.ok(contrast([red, green, blue], paper.paper) >= 4.5, `${hex} on ${paper.paper}`);
    }
  }
  assert.equal(accentOn("#2f5591", PAPERS.light), `rgb(${parseHex("#2f5591").join(" ")})`);
});
