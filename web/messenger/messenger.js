/**
 * The launcher: the one script tag that a site carries. It draws the round button and nothing else; the messenger's
 * modules come from this script's own origin when somebody opens it, or when a stored conversation may have news.
 *
 *   <script src="https://…/messenger.js" data-deployment-id="…" defer></script>
 *
 * Classic script, so that the tag works on any page; no inline style or script, so that it works under a strict CSP.
 * The commands of `window.Engawa` are described in docs/messenger.md. Calls that were made before this script came wait
 * in `Engawa.q`.
 */
(() => {
  const script = document.currentScript ?? document.querySelector("script[data-deployment-id]");
  const deploymentId = script?.dataset.deploymentId;
  if (!deploymentId || window.Engawa?.isLoaded) return;

  const CHAT = [
    "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5z",
    "M8.5 8.6h7M8.5 11.6h4.5",
  ].join("");
  const SHUT = "m6 9.5 6 6 6-6";
  const STYLE = `
    :host { all: initial !important; display: contents !important; }
    [hidden] { display: none !important; }
    .engawa {
      position: fixed; z-index: 2147483000; bottom: var(--bottom);
      font: 16px/1.5 system-ui, "Hiragino Sans", "Noto Sans JP", "Yu Gothic UI", sans-serif;
    }
    .right { right: max(var(--side), env(safe-area-inset-right)); }
    .left { left: max(var(--side), env(safe-area-inset-left)); }
    .launcher {
      position: relative; display: flex; align-items: center; gap: 10px;
      min-width: 60px; max-width: calc(100vw - 2 * var(--side)); height: 60px; padding: 0 15px;
      border: 0; border-radius: 30px; background: var(--primary); color: var(--on-primary);
      font: inherit; font-weight: 600;
      box-shadow: 0 1px 2px #1e190f33, 0 8px 24px #1e190f38, inset 0 0 0 1px #ffffff24;
      cursor: pointer; -webkit-tap-highlight-color: transparent; transition: transform .14s;
    }
    .right .launcher { margin-left: auto; }
    .launcher:hover { transform: translateY(-2px); }
    .launcher:active { transform: scale(.96); }
    .launcher:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #1d3f78; }
    .launcher-text { padding-inline-end: 7px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
    .note {
      position: absolute; bottom: 70px; width: max-content; max-width: min(270px, calc(100vw - 2 * var(--side)));
      box-sizing: border-box; padding: 10px 14px; border-radius: 10px; background: #33302b; color: #fff;
      box-shadow: 0 0 0 1px #ffffff24, 0 8px 24px #1e190f38; font-size: 15px;
    }
    .note:empty { padding: 0; box-shadow: none; }
    .right .note { right: 0; }
    .left .note { left: 0; }
    .mark {
      flex: none; width: 30px; height: 30px; fill: none; stroke: currentColor;
      stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round;
    }
    [aria-busy] .mark { animation: wait 1s .3s infinite alternate; }
    @keyframes wait { to { opacity: .35; } }
    [aria-expanded=true] .chat, [aria-expanded=false] .shut, [aria-expanded=true] .badge { display: none; }
    .badge {
      position: absolute; top: -3px; right: -3px; box-sizing: border-box; min-width: 22px; height: 22px; padding: 0 6px;
      border-radius: 11px; background: #b3261e; color: #fff; box-shadow: 0 0 0 2px #fff;
      font-size: 13px; line-height: 22px; text-align: center; font-variant-numeric: tabular-nums;
    }
    @media (prefers-reduced-motion: reduce) {
      .launcher, .mark { transition: none; animation: none !important; }
      .launcher:hover, .launcher:active { transform: none; }
    }
    @media (forced-colors: active) { .launcher { border: 1px solid; } }
    @media print { .engawa { display: none; } }`;

  const origin = new URL(script.src).origin;
  const storageKey = `engawa.messenger.${deploymentId}`;
  const query = new URLSearchParams(location.search);
  // The entry point by which the customer came, and the ref of its link; of the rest only the server knows.
  const [entryPoint, ref] = (script.dataset.entryPoint ?? query.get("engawa_ref") ?? "").split(".");
  const events = new EventTarget();
  const early = window.Engawa?.q ?? [];
  const attributes = {};
  const shared = { origin, deploymentId, storageKey, events, attributes, tell, setUnread, setOpen };
  let button, badge, note, noteTimer, strings, app, begun, beginTimer;
  let [isReady, unread, beginAttempts, moduleAttempts] = [false, 0, 0, 0];

  const commands = {
    open: () => perform((messenger) => messenger.open()),
    close: () => app?.then((messenger) => messenger.close()),
    toggle: () => perform((messenger) => messenger.toggle()),
    sendMessage: (text) => perform((messenger) => messenger.sendMessage(text)),
    clearConversation: () => perform((messenger) => messenger.clear()),
    startNew: () => perform((messenger) => messenger.startNew()),
    signIn: (proof) => perform((messenger) => messenger.signIn(proof)),
    signOut: () => perform((messenger) => messenger.signOut()),
    showLauncher: () => ready().then(() => void (button.hidden = false)),
    hideLauncher: () => ready().then(() => void (button.hidden = true)),
    /** Calls back with what happened; answers a function that ends it. Who comes late is told how it stands. */
    subscribe: (type, listener) => {
      const handler = (event) => listener(event.detail);
      events.addEventListener(type, handler);
      if (isReady && type === "ready") handler({});
      if (isReady && type === "unread") handler({ detail: { count: unread } });
      return () => events.removeEventListener(type, handler);
    },
    /** When a conversation has ended, asks how it was. */
    survey: (wish = {}) => {
      shared.survey = wish;
      return app?.then((messenger) => messenger.askFor(wish));
    },
    /** Custom attributes (text by name) that travel with the next message. */
    attributes: (values) => void Object.assign(attributes, values),
  };
  window.Engawa = command;
  window.Engawa.isLoaded = true;
  for (const call of early) if (call[0] === "subscribe") command(...call);
  addEventListener("online", beginAgain);
  ready().catch((error) => failed("load", error));

  /** Begins, unless that was done or is being done. What failed is tried again: by the next who asks, and by itself. */
  function ready() {
    begun ??= begin().then(carryOut, (error) => {
      if (!error.isFinal) {
        begun = undefined;
        clearTimeout(beginTimer);
        beginTimer = setTimeout(beginAgain, (Math.random() + 1) * Math.min(1_000 * 2 ** beginAttempts++, 30_000));
      }
      throw error;
    });
    return begun;
  }

  function beginAgain() {
    ready().catch(() => {});
  }

  function carryOut() {
    for (const call of early) if (call[0] !== "subscribe") command(...call);
    isReady = true;
    tell("ready");
    tell("unread", { count: unread });
  }

  /** A command that cannot be carried out is an event, never an exception in the page's own script. */
  function command(name, ...values) {
    try {
      if (!Object.hasOwn(commands, name)) throw new TypeError("there is no such command");
      const done = commands[name](...values);
      return done instanceof Promise ? done.catch((error) => failed(name, error)) : done;
    } catch (error) {
      return failed(String(name), error);
    }
  }

  function failed(name, { message }) {
    console.warn(`Engawa messenger: ${name}: ${message}`);
    tell("error", { command: name, message });
  }

  function tell(type, detail) {
    events.dispatchEvent(new CustomEvent(type, { detail }));
  }

  async function begin() {
    const config = `/webdeployments/v1/deployments/${encodeURIComponent(deploymentId)}/config.json`;
    shared.config = await json(entryPoint ? `${config}?entryPoint=${encodeURIComponent(entryPoint)}` : config);
    if (shared.config.messenger?.enabled === false || shared.config.status === "Inactive")
      throw Object.assign(new Error("this deployment is not active"), { isFinal: true });
    shared.language = chooseLanguage(shared.config);
    strings = shared.strings = { ...(await json(`/web/i18n/messenger/${shared.language}.json`)), ...customLabels() };
    if (document.readyState === "loading")
      await new Promise((done) => document.addEventListener("DOMContentLoaded", done));
    draw();
    if (shared.config.journeyEvents?.enabled && !navigator.globalPrivacyControl) tellPages();
    const stored = read("localStorage", storageKey);
    if (shared.config.entryPoint) {
      const { entrySource: source } = script.dataset;
      const campaign = [...query].filter(([name]) => name.startsWith("utm_"));
      shared.referral = { ...Object.fromEntries(campaign), entryPoint, ref, source: source ?? "site" };
      shared.isPage = Boolean(source);
      later((messenger) => messenger.open({ keepsFocus: !source }));
    } else if (read("sessionStorage", storageKey).isOpen) later((messenger) => messenger.open({ keepsFocus: true }));
    else if (stored.isActive) (window.requestIdleCallback ?? setTimeout)(() => later(() => {}));
  }

  /** Reports the pages that are looked at, under an id that this browser keeps for this deployment on this site. */
  function tellPages() {
    const key = `${storageKey}.customer`;
    const id = read("localStorage", key).id ?? [...crypto.getRandomValues(new Uint16Array(8))].join("-");
    try {
      localStorage.setItem(key, JSON.stringify({ id }));
    } catch {
      // A customer of this page only.
    }
    shared.customer = id;
    let referrerUrl = document.referrer;
    let seen;
    const tellPage = () => {
      const { href: url } = location;
      if (url === seen) return;
      const page = { url, title: document.title.slice(0, 250), lang: document.documentElement.lang };
      const event = { customerCookieId: id, eventName: "page_viewed", page, referrerUrl, createdDate: new Date() };
      // Plain text, so that the browser need not ask first.
      const options = { method: "POST", keepalive: true, body: JSON.stringify(event) };
      fetch(`${origin}/api/v2/journey/deployments/${deploymentId}/webevents`, options).catch(() => {});
      referrerUrl = seen = url;
    };
    const { pageviewConfig } = shared.config.journeyEvents;
    if (pageviewConfig === "Off") return;
    tellPage();
    if (pageviewConfig !== "Once") window.navigation?.addEventListener("currententrychange", tellPage);
  }

  async function ask(path) {
    const response = await fetch(origin + path);
    const { ok, status } = response;
    // What the server does not know now it will not know in a minute.
    if (!ok) throw Object.assign(new Error(`${path} answered ${status}`), { isFinal: status === 404 });
    return response;
  }

  async function json(path) {
    return (await ask(path)).json();
  }

  /** Storage may be forbidden on this page, where its very name is an error; then nothing was stored. */
  function read(storage, key) {
    try {
      return JSON.parse(globalThis[storage].getItem(key)) ?? {};
    } catch {
      return {};
    }
  }

  /**
   * The tag's word, the page's language, the deployment's, the browser's: the first that we and the deployment speak.
   * A deployment that names none of ours speaks them all.
   */
  function chooseLanguage({ languages, defaultLanguage }) {
    const short = (tag) => `${tag}`.slice(0, 2).toLowerCase();
    const listed = (languages ?? []).map(short);
    const ours = ["en", "ja"];
    const both = ours.filter((tag) => listed.includes(tag));
    const spoken = both.length ? both : ours;
    const wishes = [script.dataset.language, document.documentElement.lang, defaultLanguage, ...navigator.languages];
    return wishes.map(short).find((tag) => spoken.includes(tag)) ?? spoken[0];
  }

  /** The deployment's own words (WebDeploymentConfigurationVersion.customI18nLabels) by the keys of our strings. */
  function customLabels() {
    const keys = {
      MessengerHomeHeaderTitle: "home.title",
      MessengerHomeHeaderSubTitle: "home.subtitle",
      MessengerLauncherButtonText: "launcher.text",
      MessengerHomeGreeting: "home.greeting",
      MessengerHomeInvitation: "home.invitation",
      MessengerSurveyQuestion: "survey.question",
      PushNotificationTitle: "notify.title",
      PushNotificationBody: "notify.body",
    };
    const own = shared.config.customI18nLabels?.find(
      ({ language }) => language?.slice(0, 2).toLowerCase() === shared.language,
    );
    const labels = (own?.localizedLabels ?? []).filter(({ key, value }) => keys[key] && value);
    return Object.fromEntries(labels.map(({ key, value }) => [keys[key], value]));
  }

  /** The modules and styles, once. When they did not come, the next attempt asks again. */
  function load() {
    app ??= ready()
      .then(() => Promise.all([importApp(), ask("/web/messenger/styles/all.css")]))
      .then(async ([module, styles]) => module.start(shared, await styles.text()))
      .catch((error) => {
        app = undefined;
        throw error;
      });
    return app;
  }

  /** Some browsers remember under its address that a module did not come, so the next attempt has another one. */
  function importApp() {
    const attempt = moduleAttempts ? `?attempt=${moduleAttempts}` : "";
    return import(`${origin}/web/messenger/app.js${attempt}`).catch((error) => {
      moduleAttempts += 1;
      throw error;
    });
  }

  /** Without anybody who waits for it, and only after `begin` has ended. */
  const later = (action) => void load().then(action, (error) => failed("load", error));

  /**
   * What was asked for before, as when the pointer came near, may be lost; then it is asked for once more.
   *
   * @param {(messenger: object) => void} action what somebody waits for
   */
  async function perform(action) {
    button?.setAttribute("aria-busy", "true");
    say("");
    try {
      const messenger = await (app ? app.catch(load) : load()).catch((error) => {
        say(strings?.["launcher.failed"]);
        throw error;
      });
      return await action(messenger);
    } finally {
      button?.removeAttribute("aria-busy");
    }
  }

  /** Beside the button, for a while. @param {string} [text] */
  function say(text = "") {
    if (!note) return;
    note.textContent = text;
    clearTimeout(noteTimer);
    if (text) noteTimer = setTimeout(say, 10_000);
  }

  function draw() {
    const host = document.createElement("engawa-messenger");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    shared.root = root;
    const direction = script.dataset.direction ?? "ltr";
    shared.frame = root.appendChild(element("div", { class: "engawa", lang: shared.language, dir: direction }));
    const { launcherButton = {}, styles = {} } = shared.config.messenger ?? {};
    place(shared.frame, shared.config.position ?? {}, styles.primaryColor);
    const signs = { "aria-haspopup": "dialog", "aria-expanded": "false" };
    button = shared.button = element("button", { type: "button", class: "launcher", ...signs });
    if (launcherButton.displayType !== "Text") button.append(chatIcon(launcherButton.icon), icon("shut", SHUT));
    if (/Text/.test(launcherButton.displayType))
      button.appendChild(element("span", { class: "launcher-text" })).textContent = strings["launcher.text"];
    badge = button.appendChild(element("span", { class: "badge", hidden: "", "aria-hidden": "true" }));
    const isHeadless = shared.config.headlessMode?.enabled === true;
    button.hidden = isHeadless || ["Off", "OnDemand"].includes(launcherButton.visibility);
    button.addEventListener("click", () => command("toggle"));
    for (const sign of ["pointerenter", "focus"])
      button.addEventListener(sign, () => later(() => {}), { once: true });
    setUnread(read("localStorage", storageKey).unread ?? 0);
    note = element("div", { class: "note", role: "status" });
    shared.frame.append(note, button);
    // Not in the body, which some sites replace as a whole when they go to another page.
    document.documentElement.append(host);
  }

  /** The deployment's own sign, if it has a safe address. */
  function chatIcon(own) {
    if (!/^https?:/i.test(own?.url ?? "")) return icon("chat", CHAT);
    return element("img", { src: own.url, alt: "", class: "mark chat", referrerpolicy: "no-referrer" });
  }

  function place(frame, { alignment = "Auto", sideSpace = 20, bottomSpace = 20 }, primary) {
    const isLeft =
      alignment === "Left" || (alignment === "Auto" && getComputedStyle(document.documentElement).direction === "rtl");
    frame.classList.add(isLeft ? "left" : "right");
    frame.style.setProperty("--side", `${Number(sideSpace)}px`);
    frame.style.setProperty("--bottom", `${Number(bottomSpace)}px`);
    shared.primary = /^#[0-9a-f]{6}$/i.test(primary ?? "") ? primary : "#2f5591";
    const [red, green, blue] = shared.primary.match(/[0-9a-f]{2}/gi).map((part) => (parseInt(part, 16) / 255) ** 2.2);
    const isPale = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179;
    frame.style.setProperty("--primary", shared.primary);
    frame.style.setProperty("--on-primary", isPale ? "#000000" : "#ffffff");
  }

  function setUnread(count) {
    unread = count;
    badge.hidden = count === 0;
    badge.textContent = count > 9 ? "9+" : String(count);
    nameButton();
  }

  function setOpen(isOpen) {
    button.setAttribute("aria-expanded", String(isOpen));
    nameButton();
  }

  /** Words on the button begin its name, so that who speaks to the machine can say what they see. */
  function nameButton() {
    const isOpen = button.getAttribute("aria-expanded") === "true";
    const hasWords = /Text/.test(shared.config.messenger?.launcherButton?.displayType);
    const name = strings[hasWords ? "launcher.text" : isOpen ? "launcher.close" : "launcher.open"];
    const forms = strings["launcher.unread"];
    const form = forms[new Intl.PluralRules(shared.language).select(unread)] ?? forms.other;
    const values = { name, count: unread };
    const label = unread && !isOpen ? form.replace(/{(\w+)}/g, (_, key) => values[key]) : name;
    button.setAttribute("aria-label", label);
  }

  function element(name, values, namespace = "http://www.w3.org/1999/xhtml") {
    const made = document.createElementNS(namespace, name);
    for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
    return made;
  }

  function icon(name, path) {
    const space = "http://www.w3.org/2000/svg";
    const svg = element("svg", { viewBox: "0 0 24 24", class: `mark ${name}`, "aria-hidden": "true" }, space);
    svg.append(element("path", { d: path }, space));
    return svg;
  }
})();
