import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import vm from "node:vm";

// Modules come by a function here, as a script in a context of its own has no `import()`.
const file = await readFile(new URL("../../../web/messenger/messenger.js", import.meta.url), "utf8");
const source = file.replace("return import(", "return importModule(");
const strings = {
  "launcher.open": "Open",
  "launcher.close": "Close",
  "launcher.unread": { other: "{name}, {count} new" },
  "launcher.text": "Chat",
  "launcher.failed": "No chat",
};
const settle = async () => {
  for (let turn = 0; turn < 80; turn += 1) await Promise.resolve();
};

/** The few parts of a page that the launcher touches. */
class FakeElement {
  attributes = {};
  children = [];
  dataset = {};
  listeners = {};
  classList = { add: () => {} };
  styles = {};
  style = { setProperty: (name, value) => void (this.styles[name] = value) };
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  getAttribute(name) {
    return this.attributes[name];
  }
  removeAttribute(name) {
    delete this.attributes[name];
  }
  append(...children) {
    this.children.push(...children);
  }
  appendChild(child) {
    this.children.push(child);
    return child;
  }
  attachShadow() {
    return this;
  }
  addEventListener(type, listener) {
    this.listeners[type] = listener;
  }
}

/** Runs the script on a page and tells what it asked for and what it drew. */
async function visit(options = {}) {
  const { tag = {}, page = "", browser = ["en-GB"], config = {}, queue, stored = {}, search = "" } = options;
  const { lost = () => false, importModule = () => Promise.reject(new Error("no module")) } = options;
  const [timers, listeners] = [[], {}];
  const asked = [];
  const drawn = [];
  const element = () => {
    const made = new FakeElement();
    drawn.push(made);
    return made;
  };
  const answers = { config: { id: "d", messenger: {}, ...config } };
  const document = {
    currentScript: { src: "https://chat.example/messenger.js", dataset: { deploymentId: "d", ...tag } },
    documentElement: Object.assign(new FakeElement(), { lang: page }),
    readyState: "complete",
    createElement: element,
    createElementNS: element,
  };
  const storage = { getItem: (key) => (key in stored ? JSON.stringify(stored[key]) : null) };
  const window = {
    Engawa: queue && Object.assign(() => {}, { q: queue }),
    requestIdleCallback: (run) => asked.push(`idle ${typeof run}`),
  };
  const fetch = async (url) => {
    asked.push(url);
    if (lost(url)) throw new TypeError("Failed to fetch");
    const json = async () => (url.includes("config.json") ? answers.config : strings);
    return { ok: true, text: async () => "", json };
  };
  class CSSStyleSheet {
    replaceSync() {}
  }
  const parts = {
    document,
    window,
    fetch,
    CSSStyleSheet,
    navigator: { languages: browser },
    location: { search },
    getComputedStyle: () => ({ direction: "ltr" }),
    setTimeout: (run, ms) => timers.push({ run, ms }),
    clearTimeout: () => {},
    addEventListener: (type, listener) => void (listeners[type] = listener),
    importModule,
  };
  const console = { warn: (words) => asked.push(words) };
  const globals = { URL, URLSearchParams, EventTarget, CustomEvent, console };
  vm.runInNewContext(source, { ...parts, ...globals, localStorage: storage, sessionStorage: { getItem: () => null } });
  await settle();
  const language = asked.find((url) => url.includes("/i18n/"))?.match(/(\w+)\.json$/)?.[1];
  return {
    asked,
    drawn,
    window,
    language,
    timers,
    listeners,
    frame: drawn.find((each) => "--primary" in each.styles),
    button: drawn.find((each) => each.attributes["aria-haspopup"]),
    note: drawn.find((each) => each.attributes.role === "status"),
  };
}

test("everything comes from the script's own origin, and of the messenger only its words", async () => {
  const { asked } = await visit();
  assert.deepEqual(asked, [
    "https://chat.example/webdeployments/v1/deployments/d/config.json",
    "https://chat.example/web/i18n/messenger/en.json",
  ]);
});

test("the language is the tag's, the page's, the deployment's, the browser's: the first that we speak", async () => {
  const japanese = { defaultLanguage: "ja" };
  assert.equal((await visit({ tag: { language: "ja" }, page: "en" })).language, "ja");
  assert.equal((await visit({ page: "ja-JP", browser: ["en"] })).language, "ja");
  assert.equal((await visit({ page: "fr", config: japanese, browser: ["en"] })).language, "ja");
  assert.equal((await visit({ page: "fr", config: { defaultLanguage: "fr" }, browser: ["de", "ja"] })).language, "ja");
  assert.equal((await visit({ page: "fr", browser: ["de"] })).language, "en");
});

test("a deployment speaks only the languages that it names, and all of ours where it names none of them", async () => {
  const japanese = { languages: ["ja"], defaultLanguage: "ja" };
  assert.equal((await visit({ page: "en", config: japanese })).language, "ja");
  assert.equal((await visit({ tag: { language: "en" }, config: { languages: ["ja-JP"] } })).language, "ja");
  assert.equal((await visit({ page: "ja", config: { languages: ["en-us"] } })).language, "en");
  assert.equal((await visit({ page: "ja", config: { languages: ["fr"] } })).language, "ja");
  assert.equal((await visit({ page: "ja", config: { languages: [] } })).language, "ja");
});

test("the deployment's own words stand for ours, in the language that is spoken", async () => {
  const own = (language, key, value) => ({ language, localizedLabels: [{ key, value }] });
  const keys = { MessengerHomeGreeting: "home.greeting", MessengerHomeInvitation: "home.invitation",
    MessengerSurveyQuestion: "survey.question", MessengerLauncherButtonText: "launcher.text" };
  for (const [key, name] of Object.entries(keys)) {
    const seen = [];
    const importModule = async () => ({ start: ({ strings: words }) => void seen.push(words[name]) });
    const customI18nLabels = [own("ja", key, "いらっしゃいませ"), own("en-us", key, "Good day")];
    const { button } = await visit({ config: { customI18nLabels }, importModule });
    button.listeners.pointerenter();
    await settle();
    assert.deepEqual(seen, ["Good day"], key);
  }
});

test("words on the button are its name, and what is new is said after them", async () => {
  const stored = { "engawa.messenger.d": { unread: 2 } };
  const named = async (displayType, more) =>
    (await visit({ config: { messenger: { launcherButton: { displayType } } }, ...more })).button;
  assert.equal((await named("Icon")).attributes["aria-label"], "Open");
  assert.equal((await named("Text")).attributes["aria-label"], "Chat");
  assert.equal((await named("IconAndText", { stored })).attributes["aria-label"], "Chat, 2 new");
  const open = (shared) => void shared.setOpen(true);
  for (const [displayType, name] of [["Icon", "Close"], ["Text", "Chat"]]) {
    const button = await named(displayType, { stored, importModule: async () => ({ start: open }) });
    button.listeners.pointerenter();
    await settle();
    assert.deepEqual([button.attributes["aria-expanded"], button.attributes["aria-label"]], ["true", name]);
  }
});

test("how many are unread is told once it is ready, and to whoever comes late", async () => {
  const told = [];
  const hear = (name) => ({ count }) => told.push(`${name} ${count}`);
  const stored = { "engawa.messenger.d": { unread: 2 } };
  const importModule = async () => ({ start: (shared) => void shared.setUnread(3) });
  const { window, button } = await visit({ queue: [["subscribe", "unread", hear("early")]], stored, importModule });
  assert.deepEqual(told, ["early 2"]);
  window.Engawa("subscribe", "unread", hear("late"));
  button.listeners.pointerenter();
  await settle();
  window.Engawa("subscribe", "unread", hear("later"));
  assert.deepEqual(told, ["early 2", "late 2", "later 3"]);
});

test("a beginning that failed is tried again: after a while, when the line is back, and by each command", async () => {
  for (const again of [
    ({ timers }) => timers[0].run(),
    ({ listeners }) => listeners.online(),
    ({ window }) => window.Engawa("showLauncher"),
  ]) {
    const told = [];
    let isLost = true;
    const queue = [
      ["attributes", { order: "42" }],
      ["subscribe", "error", ({ command }) => told.push(`error ${command}`)],
      ["subscribe", "ready", () => told.push("ready")],
      ["hideLauncher"],
    ];
    const page = await visit({ queue, lost: (url) => isLost && url.includes("config.json") });
    assert.deepEqual([page.button, told], [undefined, ["error load"]]);
    await page.window.Engawa("open");
    assert.deepEqual(told, ["error load", "error open"]);
    isLost = false;
    again(page);
    await settle();
    assert.deepEqual(told, ["error load", "error open", "ready"]);
    const hosts = page.drawn.filter((each) => "hidden" in each && each.attributes["aria-haspopup"]);
    assert.equal(hosts.length, 1, "drawn once");
    page.listeners.online();
    await settle();
    assert.equal(page.asked.filter((url) => url.includes("config.json")).length, 3, "and then no more");
  }
});

test("it waits longer each time, and does not try again what is off", async () => {
  const { timers } = await visit({ lost: () => true });
  for (let turn = 0; turn < 7; turn += 1) {
    timers.at(-1).run();
    await settle();
  }
  const waits = timers.map(({ ms }) => ms);
  assert.equal(waits.length, 8);
  assert.ok(waits[0] >= 1_000 && waits[0] <= 2_000 && waits.at(-1) >= 30_000 && waits.at(-1) <= 60_000, String(waits));
  assert.deepEqual((await visit({ config: { status: "Inactive" } })).timers, []);
});

test("a press tries by itself what was lost before it, and says when that is lost, too", async () => {
  const came = [];
  const modules = [];
  const importModule = (address) => {
    modules.push(address);
    const isThere = modules.length > 3;
    return isThere
      ? Promise.resolve({ start: () => ({ toggle: () => came.push("toggle") }) })
      : Promise.reject(new TypeError("Failed to fetch"));
  };
  const { button, note, timers } = await visit({ importModule });
  button.listeners.pointerenter();
  button.listeners.click();
  await settle();
  assert.deepEqual([modules.length, note.textContent, came], [2, "No chat", []]);
  assert.equal("aria-busy" in button.attributes, false);
  timers.at(-1).run();
  assert.equal(note.textContent, "");
  button.listeners.focus();
  button.listeners.click();
  await settle();
  assert.deepEqual([modules.length, note.textContent, came], [4, "", ["toggle"]]);
  assert.equal(new Set(modules).size, 4, "a browser may remember under its address that a module did not come");
});

test("the sign on the launcher is dark on pale colours and light on others", async () => {
  const on = async (primaryColor) =>
    (await visit({ config: { messenger: { styles: { primaryColor } } } })).frame.styles["--on-primary"];
  assert.equal(await on("#ffd54a"), "#000000");
  assert.equal(await on("#3f6b4f"), "#ffffff");
  assert.equal(await on("url(https://evil.example)"), "#ffffff");
});

test("a deployment that is off draws nothing", async () => {
  const { drawn, asked } = await visit({ config: { status: "Inactive" } });
  assert.deepEqual(drawn, []);
  assert.match(asked.at(-1), /not active/);
});

test("a button that the deployment hides stays hidden", async () => {
  const visibility = async (value) =>
    (await visit({ config: { messenger: { launcherButton: { visibility: value } } } })).button.hidden;
  assert.deepEqual(
    [await visibility("On"), await visibility("Off"), await visibility("OnDemand")],
    [false, true, true],
  );
});

test("the modules wait for somebody who opens, or for a stored conversation", async () => {
  const stored = { "engawa.messenger.d": { isActive: true, unread: 2 } };
  assert.ok(!(await visit()).asked.some((entry) => entry.startsWith("idle")));
  const { asked, button } = await visit({ stored });
  assert.ok(asked.includes("idle function"));
  assert.equal(button.attributes["aria-label"], "Open, 2 new");
});

test("what was called before the script came is carried out in order, and then it is ready", async () => {
  const told = [];
  const queue = [
    ["subscribe", "ready", () => told.push("ready")],
    ["subscribe", "error", ({ command }) => told.push(`error ${command}`)],
    ["attributes", { order: "42" }],
    ["toString"],
    ["hideLauncher"],
  ];
  const { button, window } = await visit({ queue });
  assert.deepEqual(told, ["error toString", "ready"]);
  assert.equal(button.hidden, true);
  window.Engawa("showLauncher");
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(button.hidden, false);
  window.Engawa("subscribe", "ready", () => told.push("late"));
  assert.equal(told.at(-1), "late");
});

test("a messenger that cannot load says so to who subscribed before", async () => {
  const told = [];
  const queue = [["subscribe", "error", ({ message }) => told.push(message)]];
  await visit({ queue, config: { status: "Inactive" } });
  assert.deepEqual(told, ["this deployment is not active"]);
});

test("the deployment's own sign stands on the button only with a safe address", async () => {
  const sign = async (url) => {
    const { drawn } = await visit({ config: { messenger: { launcherButton: { icon: { url } } } } });
    return drawn.find((each) => each.attributes.src)?.attributes.src;
  };
  assert.equal(await sign("https://shop.example/cup.svg"), "https://shop.example/cup.svg");
  assert.equal(await sign("javascript:alert(1)"), undefined);
});

test("an entry point is asked for, and the page opens when it leads here", async () => {
  const path = "https://chat.example/webdeployments/v1/deployments/d/config.json";
  const opens = ({ asked }) => asked.some((words) => words.includes("load"));
  const unknown = await visit({ search: "?engawa_ref=%26x.y" });
  assert.equal(unknown.asked[0], `${path}?entryPoint=%26x`);
  assert.equal(opens(unknown), false);
  const known = await visit({ search: "?engawa_ref=window.shop-2", config: { entryPoint: { id: "window" } } });
  assert.equal(known.asked[0], `${path}?entryPoint=window`);
  assert.equal(opens(known), true);
  const plain = await visit({ search: "?utm_source=mail" });
  assert.equal(plain.asked[0], path);
});
