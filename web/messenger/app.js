import { i18n } from "../lib/i18n.js";
import { storage } from "../lib/storage.js";
import "./elements/panel.js";
import { Attention } from "./attention.js";
import { takeDrops } from "./drop.js";
import { PAPERS, accentOn } from "./models/colour.js";
import { Memory, newUuid } from "./models/memory.js";
import { Preferences } from "./models/preferences.js";
import { Outbox } from "./models/outbox.js";
import { Session } from "./session.js";
import { contextOf } from "./views/context.js";

/**
 * Puts the messenger together inside the launcher's shadow root. Called once, by the launcher.
 *
 * @typedef {{origin: string, deploymentId: string, storageKey: string, config: Record<string, any>, strings:
 *   import("../lib/i18n.js").Strings, language: string,
 *   root: ShadowRoot, frame: HTMLElement, button: HTMLButtonElement, primary: string, events: EventTarget, attributes:
 *   Record<string, string>, survey?: import("./survey.js").Wish, referral?: object, customer?: string,
 *   isPage?: boolean,
 *   tell: (type: string, detail?: object) => void,
 *   setUnread: (count: number) => void, setOpen: (isOpen: boolean) => void}} Shared
 */

const PHONE = "(max-width: 480px), (max-height: 520px)";

/** @param {Shared} shared @param {string} styles our style sheets as one, as the server puts them together */
export async function start(shared, styles) {
  i18n.use(shared.language, shared.strings);
  await dress(shared, styles);
  const { config, origin, attributes, storageKey } = shared;
  const memory = new Memory(storage.local, storageKey, newUuid);
  const outbox = new Outbox(storage.local, `${storageKey}.outbox`);
  const referralKey = `${storageKey}.referral`;
  if (shared.referral) storage.session.writeJson(referralKey, shared.referral);
  const referral = {
    read: () => storage.session.readJson(referralKey, undefined),
    forget: () => storage.session.remove(referralKey),
  };
  const session = new Session({ config, origin, memory, outbox, attributes, referral, customer: shared.customer });
  const messenger = new Messenger(shared, session);
  messenger.begin();
  return messenger;
}

/**
 * The sheet is constructed, so that the page's CSP need not allow styles of ours.
 *
 * @param {Shared} shared @param {string} styles
 */
async function dress({ root, frame, primary }, styles) {
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, await new CSSStyleSheet().replace(styles)];
  frame.style.setProperty("--accent-on-light", accentOn(primary, PAPERS.light));
  frame.style.setProperty("--accent-on-dark", accentOn(primary, PAPERS.dark));
}

class Messenger {
  #panel = document.createElement("engawa-panel");
  #isOpen = false;
  #phase = "";
  #unread;
  #phone = matchMedia(PHONE);
  /** The site's own, while ours stands in its place. @type {string | undefined} */
  #overflow;
  #attention;

  /** @param {Shared} shared @param {Session} session */
  constructor(shared, session) {
    this.shared = shared;
    this.session = session;
    this.#unread = session.memory.unread;
    const preferences = new Preferences(storage.local, `${shared.storageKey}.preferences`);
    this.#attention = new Attention(shared.config, preferences, () => this.open());
  }

  begin() {
    const { shared, session } = this;
    const draftKey = `${shared.storageKey}.draft`;
    const draft = {
      read: () => storage.session.read(draftKey) ?? shared.config.entryPoint?.text ?? "",
      write: (text) => storage.session.write(draftKey, text),
    };
    Object.assign(this.#panel, {
      session,
      context: contextOf(shared.config, { origin: shared.origin, frame: shared.frame, draft }),
      attention: this.#attention,
      isVisible: false,
      hidden: true,
    });
    for (const [name, value] of Object.entries({ role: "dialog", tabindex: "-1", "aria-labelledby": "engawa-title" }))
      this.#panel.setAttribute(name, value);
    shared.frame.prepend(this.#panel);
    takeDrops(this.#panel, session);
    this.#panel.addEventListener("shut", () => this.close());
    session.addEventListener("change", () => this.#changed());
    session.addEventListener("received", (event) => this.#received(/** @type {CustomEvent} */ (event).detail));
    session.addEventListener("ended", (event) =>
      this.#tell("conversationEnded", /** @type {CustomEvent} */ (event).detail));
    session.addEventListener("surveyed", (event) => this.#surveyed(/** @type {CustomEvent} */ (event).detail));
    session.addEventListener("failed", (event) => this.#tell("error", /** @type {CustomEvent} */ (event).detail));
    session.addEventListener("signedIn", () => this.#tell("signedIn"));
    session.addEventListener("signedOut", () => this.#signedOut());
    addEventListener("online", () => session.socket.happened("wentOnline"));
    addEventListener("offline", () => session.socket.happened("wentOffline"));
    addEventListener("storage", ({ key }) => {
      if (key === shared.storageKey) this.#count();
      else if (key === session.outbox.key) session.delivery.begin();
    });
    document.addEventListener("visibilitychange", () => this.#lookedAt());
    addEventListener("focus", () => this.#lookedAt());
    this.#phone.addEventListener("change", () => this.#fit());
    for (const type of ["resize", "scroll"]) globalThis.visualViewport?.addEventListener(type, () => this.#fit());
    if (shared.survey) this.askFor(shared.survey);
    if (session.memory.isActive) this.#connect();
  }

  /** @param {{keepsFocus?: boolean}} [options] `keepsFocus` when the page, not the person, opens it */
  open(options) {
    if (this.#isOpen) return;
    this.#show(true);
    this.#connect();
    requestAnimationFrame(() => this.#panel.takeFocus(options));
    this.#tell("opened");
  }

  close() {
    if (!this.#isOpen) return;
    const hadFocus = this.shared.root.activeElement !== null;
    this.#show(false);
    if (hadFocus) this.shared.button.focus({ preventScroll: true });
    this.#tell("closed");
  }

  toggle() {
    if (this.#isOpen) this.close();
    else this.open();
  }

  /** @param {unknown} text sent as if the customer had written it */
  sendMessage(text) {
    const words = typeof text === "string" ? text.trim() : "";
    if (!words) throw new TypeError("there is no text");
    if (this.session.outbox.isFull) throw new Error("too much waits to be sent");
    this.#connect();
    this.session.sendText(words);
  }

  /** Ends the conversation and forgets what was said, where the deployment allows it. */
  clear() {
    if (!this.session.canClear) throw new Error("the deployment does not allow it");
    this.#connect();
    this.session.clear();
  }

  /** The site wants to know what customers think. @param {import("./survey.js").Wish} wish */
  askFor(wish) {
    this.session.survey.wish = wish;
    this.session.changed();
  }

  /** @param {import("./survey.js").Answer} answer */
  #surveyed(answer) {
    const { onAnswer } = this.session.survey.wish ?? {};
    if (typeof onAnswer === "function") onAnswer(answer);
    if (!answer.isSkipped) this.#tell("surveyAnswered", { score: answer.score, comment: answer.comment });
  }

  startNew() {
    this.#connect();
    this.session.startNew();
  }

  /** @param {Record<string, any>} proof what the site's own sign-in gave */
  async signIn(proof) {
    await this.session.signIn.begin(proof);
    this.#connect();
  }

  signOut() {
    return this.session.signIn.end();
  }

  #signedOut() {
    if (this.#isOpen) this.#connect();
    this.#tell("signedOut");
  }

  /** @param {import("./models/message.js").Line} line */
  #received(line) {
    const { text, at, author } = line;
    this.#tell("messageReceived", { text, at, author: author?.name, isBot: author?.isBot });
    this.#attention.called(line, () => this.session.memory.seenAt >= at);
  }

  #changed() {
    const { phase } = this.session;
    if (phase === "refused" && this.#phase !== phase) this.#tell("error", { message: "the server refuses this page" });
    this.#phase = phase;
    this.#count();
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    this.#isOpen = isOpen;
    Object.assign(this.#panel, { hidden: !isOpen, isVisible: isOpen });
    this.shared.setOpen(isOpen);
    storage.session.writeJson(this.shared.storageKey, { isOpen: isOpen && !this.#phone.matches });
    this.#fit();
    this.#count();
  }

  #connect() {
    this.session.socket.happened("wanted");
    if (navigator.onLine === false) this.session.socket.happened("wentOffline");
  }

  #lookedAt() {
    if (!document.hidden) this.session.socket.lookedAt();
    this.#count();
  }

  /** On a phone the messenger is the page while it is open: nothing behind it scrolls or takes the focus. */
  #fit() {
    const isWholePage = this.#isOpen && (this.shared.isPage || this.#phone.matches);
    if (isWholePage) this.#panel.setAttribute("aria-modal", "true");
    else this.#panel.removeAttribute("aria-modal");
    this.shared.frame.classList.toggle("whole-page", isWholePage);
    this.#holdPage(isWholePage);
    // Some keyboards lie over the page instead of making it smaller; then only the visual viewport knows what is seen.
    const { height = 0, offsetTop = 0 } = (isWholePage && globalThis.visualViewport) || {};
    this.#panel.style.height = height ? `${height}px` : "";
    this.#panel.style.top = height ? `${offsetTop}px` : "";
    this.#panel.style.bottom = height ? "auto" : "";
  }

  /** What the site itself has said of its overflow comes back. @param {boolean} isHeld */
  #holdPage(isHeld) {
    const { style } = document.documentElement;
    if (isHeld && this.#overflow === undefined) {
      this.#overflow = style.overflow;
      style.overflow = "hidden";
    } else if (!isHeld && this.#overflow !== undefined) {
      style.overflow = this.#overflow;
      this.#overflow = undefined;
    }
  }

  #count() {
    if (this.#isOpen && !document.hidden) this.session.markSeen();
    const { memory, catchUp, phase } = this.session;
    const isCurrent = phase === "live" && catchUp.isDone;
    const unread = this.#isOpen && !document.hidden ? 0 : isCurrent ? this.session.unread : this.#unread;
    this.#attention.title(document.hidden ? unread : 0);
    if (unread === this.#unread) return;
    this.#unread = unread;
    memory.change({ unread });
    this.shared.setUnread(unread);
    this.#tell("unread", { count: unread });
  }

  /** @param {string} type @param {object} [detail] */
  #tell(type, detail) {
    this.shared.tell(type, detail);
  }
}
