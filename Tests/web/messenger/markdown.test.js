import assert from "node:assert/strict";
import test from "node:test";
import { markdown } from "../../../web/messenger/models/markdown.js";

/** Blocks as a short text: `*b*` strong, `/e/` em, `{c}` code, `[words>address]` link. */
const short = (/** @type {string} */ source) =>
  markdown(source).map((block) => {
    if (block.kind === "code") return `code ${block.text}`;
    if (block.kind === "paragraph") return spans(block.spans);
    return [block.isOrdered ? `ol${block.start}` : "ul", ...block.items.map(spans)].join("|");
  });

/** @param {import("../../../web/messenger/models/markdown.js").Span[]} list @returns {string} */
const spans = (list) =>
  list
    .map((span) => {
      if (span.kind === "text") return span.href ? `[${span.text}>${span.href}]` : span.text;
      if (span.kind === "code") return `{${span.text}}`;
      const inside = spans(span.spans);
      return span.kind === "link" ? `[${inside}>${span.href}]` : span.kind === "strong" ? `*${inside}*` : `/${inside}/`;
    })
    .join("");

test("bold, italic, code, links and lists are understood", () => {
  assert.deepEqual(short("a **b** *c* __d__ _e_ `f*g*`"), ["a *b* /c/ *d* /e/ {f*g*}"]);
  assert.deepEqual(short("**bold *and* both**"), ["*bold /and/ both*"]);
  assert.deepEqual(short("see [our *page*](https://example.com/a_(b)), please"), [
    "see [our *page*>https://example.com/a_(b)], please",
  ]);
  assert.deepEqual(short("[call](tel:+81312345678) [write](mailto:a@b.example)"), [
    "[call>tel:+81312345678] [write>mailto:a@b.example]",
  ]);
  assert.deepEqual(short("First:\n- one\n- **two**\n\nThen:\n3. three\n4. four"), [
    "First:",
    "ul|one|*two*",
    "Then:",
    "ol3|three|four",
  ]);
  assert.deepEqual(short("```js\nlet *a* = 1;\n```\nafter"), ["code let *a* = 1;", "after"]);
  assert.deepEqual(short("one\ntwo\n\nthree"), ["one\ntwo", "three"]);
  assert.deepEqual(short("**重要**：https://example.com をご覧ください"), [
    "*重要*：[https://example.com>https://example.com] をご覧ください",
  ]);
});

test("what only looks like it stays as it was written", () => {
  for (const plain of [
    "2 * 3 * 4",
    "snake_case_name and __init",
    "**not closed",
    "`open",
    "[a](javascript:alert(1))",
    "[a](data:text/html,x)",
    "[a](/path)",
    "<b>html</b> <img src=x onerror=alert(1)>",
    "# no heading",
    "```\nnever closed",
    "1.5 kg",
    "-5 degrees",
  ])
    assert.deepEqual(short(plain), [plain]);
});

test("hostile text ends soon", () => {
  for (const part of ["*", "_", "`", "[", "**a", "[a](", "__a ", "*a_b`"]) {
    const source = part.repeat(Math.ceil(4096 / part.length));
    assert.ok(markdown(source).length > 0);
  }
});
