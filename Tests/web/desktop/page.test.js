import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../../", import.meta.url);
const page = readFileSync(new URL("web/desktop/index.html", root), "utf8");

/** All modules that the first one needs, by their paths on the server. */
function reachable(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  const source = readFileSync(new URL(`.${path}`, root), "utf8");
  for (const [, name] of source.matchAll(/^import (?:[^"]*? from )?"(\.[^"]+)";/gm)) {
    reachable(new URL(name, `https://x${path}`).pathname, found);
  }
  return found;
}

test("the page asks for all of its modules at once, and for no other", () => {
  const asked = [...page.matchAll(/<link rel="modulepreload" href="([^"]+)">/g)].map(([, path]) => path);
  assert.deepEqual(asked, [...reachable("/web/elements/desktop-app.js")].sort());
});

test("elements have names of two words and stand one in a file of that name", () => {
  for (const path of reachable("/web/elements/desktop-app.js")) {
    const defined = [...readFileSync(new URL(`.${path}`, root), "utf8").matchAll(/\.define\("([\w-]+)"\)/g)];
    for (const [, name] of defined) {
      assert.match(name, /^[a-z]+-[a-z]+$/);
      assert.ok(path.endsWith(`/${name}.js`), `${name} in ${path}`);
    }
    assert.ok(defined.length <= 1, path);
  }
});
