import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageSearch, piecesOf } from "../../../web/models/message-search.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));
const hit = (messageId) => ({ messageId, conversationId: "c", transcript: "返品", highlights: [] });

test("highlights count UTF-16 and never cut a surrogate pair", () => {
  assert.deepEqual(piecesOf("😀返品です", [{ offset: 2, length: 2 }]), [
    { text: "😀", isHit: false },
    { text: "返品", isHit: true },
    { text: "です", isHit: false },
  ]);
});

test("overlapping highlights and those beyond the end lose no text", () => {
  const pieces = piecesOf("abcdef", [{ offset: 3, length: 9 }, { offset: 1, length: 3 }]);
  assert.deepEqual(pieces.map((piece) => piece.text), ["a", "bcd", "ef"]);
});

test("an older answer that comes late is dropped", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const answers = new Map();
  const search = new MessageSearch({ searchMessages: (text) => new Promise((done) => answers.set(text, done)) });
  search.type("返");
  context.mock.timers.tick(250);
  search.type("返品");
  context.mock.timers.tick(250);
  answers.get("返品")({ results: [hit("new")], isComplete: true });
  answers.get("返")({ results: [hit("old")], isComplete: true });
  await settled();
  assert.deepEqual(search.results.map((each) => each.messageId), ["new"]);
});

test("more asks for the next page, and a failure for the same again", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const pages = [];
  const search = new MessageSearch({
    searchMessages: async (_, page) => {
      pages.push(page);
      if (pages.length === 2) throw new Error("429");
      return { results: [hit(`m${page}`)], isComplete: page === 2 };
    },
  });
  search.type("返品");
  context.mock.timers.tick(250);
  await settled();
  await search.more();
  assert.ok(search.failure);
  await search.more();
  assert.deepEqual(pages, [1, 2, 2]);
  assert.deepEqual(search.results.map((each) => each.messageId), ["m1", "m2"]);
  assert.equal(search.hasMore, false);
});

test("text without a letter, a digit or an emoji asks nothing", () => {
  const search = new MessageSearch({ searchMessages: () => assert.fail() });
  search.type(" …");
  assert.equal(search.isLoading, false);
});
