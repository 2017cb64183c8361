import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { i18n } from "../../../web/lib/i18n.js";

const web = new URL("../../../web/", import.meta.url);
const read = (path) => readFileSync(new URL(path, web), "utf8");
const strings = { en: JSON.parse(read("i18n/en.json")), ja: JSON.parse(read("i18n/ja.json")) };
const source = ["elements", "lib", "models"]
  .flatMap((folder) =>
    readdirSync(new URL(folder, web)).filter((name) => name.endsWith(".js")).map((name) => read(`${folder}/${name}`))
  )
  .join("\n");

test("every word that the screens name exists", () => {
  const named = [
    ...source.matchAll(/\bt\(\s*"([\w.]+)"/g),
    ...source.matchAll(/(?:sentence|title): "([\w.]+)"/g),
    ...source.matchAll(/"(error\.\w+)"/g),
  ];
  const missing = named.map(([, key]) => key).filter((key) => !(key in strings.en));
  assert.deepEqual(missing, []);
});

test("every word is used", () => {
  const literal = (key) => source.includes(`"${key}"`);
  // Keys made of a group and a value, such as `presence.${system}`.
  const composed = [...source.matchAll(/`([\w.]+\.)\$\{/g)].map(([, prefix]) => prefix);
  const byValue = (key) => composed.some((prefix) => key.startsWith(prefix));
  assert.deepEqual(Object.keys(strings.en).filter((key) => !literal(key) && !byValue(key)), []);
});

test("plural forms follow the language", () => {
  i18n.use("en", strings.en);
  assert.equal(i18n.text("transcript.unseen", { count: 1 }), "1 new message");
  assert.equal(i18n.text("transcript.unseen", { count: 3 }), "3 new messages");
  i18n.use("ja", strings.ja);
  assert.equal(i18n.text("transcript.unseen", { count: 1 }), "新着メッセージ 1 件");
});

test("a value is put in as it is, also when it looks like a placeholder", () => {
  i18n.use("en", strings.en);
  assert.equal(i18n.text("work.ours", { text: "{name} $& $1" }), "You: {name} $& $1");
});

test("the language is the person's choice, else the first of the browser that we speak, else English", () => {
  assert.equal(i18n.choose(["de-DE", "ja-JP", "en"]), "ja");
  assert.equal(i18n.choose(["de"]), "en");
});
