import assert from "node:assert/strict";
import { test } from "node:test";
import { html } from "../../../web/lib/html.js";
import { linkify } from "../../../web/lib/linkify.js";
import { safeUrl } from "../../../web/lib/safe-url.js";

test("what is put in stays text, whatever it looks like", () => {
  const [node] = html`<p>${"<img src=x onerror=alert(1)>"}</p>`;
  assert.deepEqual(node.children, [{ text: "<img src=x onerror=alert(1)>" }]);
});

test("an object that looks like an element does not become one", () => {
  const fake = { tag: "img", attributes: [["onerror", "alert(1)"]], children: [] };
  const [node] = html`<p>${fake}${[fake]}${{ text: "x", toString: 1 }}</p>`;
  assert.deepEqual(node.children.map((child) => child.tag), [undefined, undefined, undefined]);
});

test("attributes, properties, listeners and keys are told apart", () => {
  const listen = () => {};
  const [node] =
    html`<button class="a ${"b"}" ?disabled=${true} @click=${listen} .value=${"x"} key=${7} hidden>go</button>`;
  assert.equal(node.key, 7);
  assert.deepEqual(node.attributes, [["class", "a b"], ["?disabled", true], ["@click", listen], [".value", "x"], [
    "hidden",
    "",
  ]]);
});

test("lists and conditions become nodes or nothing", () => {
  const nodes = html`<ul>${[1, 2].map((n) => html`<li key=${n}>${n}</li>`)}${false}${null}${undefined && "x"}${0}</ul>`;
  assert.deepEqual(nodes[0].children.map((child) => ("tag" in child ? child.key : child.text)), [1, 2, "0"]);
});

test("white space with a line break is layout of the source", () => {
  const [node] = html`<p>
    ${"a"} ${"b"}
    ${"c"}
  </p>`;
  assert.equal(node.children.map((child) => child.text).join(""), "a bc");
});

test("a tag that is not closed is an error of the programmer", () => {
  assert.throws(() => html`<p><b></p>`, SyntaxError);
  assert.throws(() => html`<p>`, SyntaxError);
});

test("addresses that could run script become inert", () => {
  for (
    const bad of [
      "javascript:alert(1)",
      " java\nscript:alert(1)",
      "JAVASCRIPT:x",
      "vbscript:x",
      "data:text/html,<script>",
      "data:image/svg+xml,<svg onload=x>",
    ]
  ) {
    assert.equal(safeUrl(bad), "#", bad);
  }
  for (const good of ["https://a.example/x?y=1", "/api/x", "mailto:a@b.example", "data:image/png;base64,AA"]) {
    assert.equal(safeUrl(good), good);
  }
});

test("web addresses in a text become links, with what follows left out", () => {
  const pieces = linkify("see https://a.example/x?y=1. または https://b.example/縁側、ね");
  const links = pieces.filter((piece) => typeof piece !== "string").map(([node]) => node.attributes[0][1]);
  assert.deepEqual(links, ["https://a.example/x?y=1", "https://b.example/縁側"]);
  assert.equal(linkify("javascript:alert(1)").length, 1);
});
