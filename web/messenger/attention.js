import { i18n, t } from "../lib/i18n.js";
import { object } from "./models/wire.js";

/**
 * How the messenger calls somebody who looks elsewhere: the page's title, a sound, a notification. Sound and
 * notifications only for who has asked for them; permission is asked only on a press (`allowNotifications`). Of all
 * tabs one sounds, and none calls when the message is seen in any.
 *
 * @typedef {import("./models/message.js").Line} Line
 */
const MARK = /^\(\d+\+?\) /;
/** Two soft tones, in hertz. */
const TONES = [660, 880];
const TONE_SECONDS = 0.12;
const BODY_LENGTH_MAX = 200;
/** By then a tab in which the message is looked at has said so. */
const SEEN_MS = 600;
const UNTOUCHED_MS = 1_500;
/** Timers of hidden tabs may be a second late. */
const HELD_MS = 5_000;

export class Attention {
  /** @type {AudioContext | undefined} */
  #audio;
  #isMarked = false;

  /**
   * @param {Record<string, any>} config
   * @param {import("./models/preferences.js").Preferences} preferences
   * @param {() => void} open
   */
  constructor(config, preferences, open) {
    const { enabled, notificationContentType } = object(config.messenger?.apps?.conversations?.notifications);
    this.isNotifying = enabled === true && "Notification" in globalThis;
    this.showsContent = notificationContentType === "IncludeMessagesContent";
    this.tag = `engawa-${config.id}`;
    this.preferences = preferences;
    this.open = open;
  }

  get wishes() {
    const { hasSound, hasNotifications } = this.preferences.wishes;
    return { hasSound, hasNotifications: hasNotifications && this.permission === "granted" };
  }

  /** @returns {NotificationPermission | "off"} */
  get permission() {
    return this.isNotifying ? Notification.permission : "off";
  }

  toggleSound() {
    const hasSound = !this.wishes.hasSound;
    this.preferences.change({ hasSound });
    // Heard at once, and by the press the browser learns that we may.
    if (hasSound) this.#sound();
  }

  async toggleNotifications() {
    const hasNotifications = !this.wishes.hasNotifications;
    if (hasNotifications && this.permission === "default") await Notification.requestPermission();
    this.preferences.change({ hasNotifications: hasNotifications && this.permission === "granted" });
  }

  /** @param {Line} line @param {() => boolean} isSeen in whichever tab, by now */
  called(line, isSeen) {
    setTimeout(() => {
      if (isSeen()) return;
      if (this.wishes.hasSound) this.#soundOnce(line);
      // Of all tabs' notifications one stays: they have one tag.
      if (document.hidden && this.wishes.hasNotifications) this.#notify(line);
    }, SEEN_MS);
  }

  /**
   * Pages without TLS have no locks: there each tab sounds. A page that nobody has touched may not, so it lets others
   * go first.
   *
   * @param {Line} line
   */
  #soundOnce({ key }) {
    const { locks, userActivation } = navigator;
    if (!locks) return this.#sound();
    const alone = async (/** @type {Lock | null} */ lock) => {
      if (!lock) return;
      this.#sound();
      await new Promise((over) => setTimeout(over, HELD_MS));
    };
    const ask = () => locks.request(`${this.tag} ${key}`, { ifAvailable: true }, alone).catch(() => this.#sound());
    setTimeout(ask, userActivation?.hasBeenActive === false ? UNTOUCHED_MS : 0);
  }

  /** A page may count something by itself; only our own mark is taken away. @param {number} unread */
  title(unread) {
    if (!unread && !this.#isMarked) return;
    this.#isMarked = unread > 0;
    const bare = document.title.replace(MARK, "");
    const wanted = unread ? `(${unread > 9 ? "9+" : unread}) ${bare}` : bare;
    if (document.title !== wanted) document.title = wanted;
  }

  /**
   * Phones have no notifications of a page, and say so by an exception.
   *
   * @param {Line} line
   */
  #notify({ text }) {
    try {
      const body = this.showsContent && text ? text.slice(0, BODY_LENGTH_MAX) : t("notify.body");
      const shown = new Notification(t("notify.title"), { body, tag: this.tag, lang: i18n.language });
      shown.onclick = () => {
        window.focus();
        this.open();
        shown.close();
      };
    } catch {
      // The badge and the title remain.
    }
  }

  #sound() {
    try {
      const audio = (this.#audio ??= new AudioContext());
      audio.resume();
      TONES.forEach((hertz, index) => {
        const [tone, volume] = [audio.createOscillator(), audio.createGain()];
        const from = audio.currentTime + index * TONE_SECONDS;
        tone.frequency.value = hertz;
        volume.gain.setValueAtTime(0.12, from);
        volume.gain.exponentialRampToValueAtTime(0.001, from + TONE_SECONDS * 2);
        tone.connect(volume).connect(audio.destination);
        tone.start(from);
        tone.stop(from + TONE_SECONDS * 2);
      });
    } catch {
      // A device without sound.
    }
  }
}
