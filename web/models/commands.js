import { i18n, LANGUAGES } from "../lib/i18n.js";
import { mayPark } from "./conversation.js";
import { mayAdminister } from "./permissions.js";

/**
 * Everything that the palette offers at this moment.
 *
 * @typedef {{id: string, group: "action" | "conversation" | "presence" | "setting", icon: string, sentence?: string,
 *   values?: Record<string, string>, label?: string,
 *   text?: string, run: () => unknown}} Command `label` is a name that needs no translation
 * @typedef {{desk: import("./desk.js").Desk, actions: import("./desk-actions.js").DeskActions,
 *   preferences: import("./preferences.js").Preferences,
 *   nameOf: (conversation: any) => string, emit: (type: string, detail?: unknown) => void}} Context
 */

/** @param {Context} context @returns {Command[]} */
export function commandsOf(context) {
  return [
    ...alertCommands(context),
    {
      id: "search",
      group: "action",
      icon: "search",
      sentence: "command.search",
      run: () => context.emit("open-search"),
    },
    ...conversationCommands(context),
    ...listCommands(context),
    ...presenceCommands(context),
    ...settingCommands(context),
  ];
}

/** @param {Context} context @returns {Command[]} */
function alertCommands({ desk, actions, nameOf, emit }) {
  return desk.work.alerts.flatMap(({ conversation }) => {
    const values = { name: nameOf(conversation) };
    return [
      {
        id: `accept ${conversation.id}`,
        group: "action",
        icon: "check",
        sentence: "command.accept",
        values,
        run: () => emit("accept", conversation.id),
      },
      {
        id: `decline ${conversation.id}`,
        group: "action",
        icon: "close",
        sentence: "command.decline",
        values,
        run: () => actions.decline(conversation.id),
      },
    ];
  });
}

/** What can be done with the open conversation. @param {Context} context @returns {Command[]} */
function conversationCommands({ desk, actions, preferences, emit }) {
  const id = desk.selectedId;
  const stage = id ? desk.work.stage(id) : "gone";
  if (!id) return [];
  const { showsCustomer } = preferences.choices;
  /** @type {Command[]} */
  const always = [{
    id: "customer",
    group: "action",
    icon: "panel",
    sentence: "customer.toggle",
    run: () => preferences.choose({ showsCustomer: !showsCustomer }),
  }];
  if (stage === "parked") {
    const run = () => actions.unpark(id);
    return [{ id: "park", group: "action", icon: "resume", sentence: "action.resume", run }, ...always];
  }
  if (stage !== "connected" && stage !== "held") return always;
  const isHeld = stage === "held";
  const park = { id: "park", group: "action", icon: "park", sentence: "action.park", run: () => actions.park(id) };
  return [
    ...(stage === "connected" && mayPark(desk.work.find(id)) ? [/** @type {Command} */ (park)] : []),
    {
      id: "hold",
      group: "action",
      icon: isHeld ? "resume" : "hold",
      sentence: isHeld ? "action.resume" : "action.hold",
      run: () => actions.hold(id, !isHeld),
    },
    {
      id: "transfer",
      group: "action",
      icon: "transfer",
      sentence: "action.transfer",
      run: () => emit("open-transfer", id),
    },
    { id: "end", group: "action", icon: "end", sentence: "action.end", run: () => emit("end-conversation", id) },
    ...always,
  ];
}

/** @param {Context} context @returns {Command[]} */
function listCommands({ desk, nameOf, emit }) {
  return desk.work.items.filter((item) => item.stage !== "alerting").map(({ conversation }) => ({
    id: `open ${conversation.id}`,
    group: "conversation",
    icon: "work",
    label: nameOf(conversation),
    run: () => emit("open-conversation", { id: conversation.id, focus: true }),
  }));
}

/** @param {Context} context @returns {Command[]} */
function presenceCommands({ desk: { status } }) {
  const sentence = status.isOnQueue ? "command.offQueue" : "command.onQueue";
  return [
    { id: "queue", group: "presence", icon: "queue", sentence, run: () => status.setOnQueue(!status.isOnQueue) },
    ...status.choices.map((definition) => ({
      id: `presence ${definition.id}`,
      group: /** @type {const} */ ("presence"),
      icon: "person",
      label: status.label(definition),
      run: () => status.setPresence(definition),
    })),
  ];
}

/** @param {Context} context @returns {Command[]} */
function settingCommands({ desk, preferences, emit }) {
  const isAdministrator = mayAdminister(desk.status.user?.authorization?.permissions);
  return [
    ...(isAdministrator ? [{
      id: "admin",
      group: /** @type {const} */ ("setting"),
      icon: "admin",
      sentence: "admin.label",
      run: () => emit("open-admin"),
    }] : []),
    ...Object.entries(LANGUAGES).filter(([id]) => id !== i18n.language).map(([id, label]) => ({
      id: `language ${id}`,
      group: /** @type {const} */ ("setting"),
      icon: "language",
      label,
      run: () => i18n.load(id, { remember: true }),
    })),
    ...["auto", "light", "dark"].filter((theme) => theme !== preferences.choices.theme).map((theme) => ({
      id: `theme ${theme}`,
      group: /** @type {const} */ ("setting"),
      icon: "theme",
      sentence: `command.theme.${theme}`,
      run: () => preferences.choose({ theme: /** @type {any} */ (theme) }),
    })),
    { id: "signOut", group: "setting", icon: "signout", sentence: "menu.signOut", run: () => emit("sign-out") },
  ];
}

/**
 * Commands whose words contain everything typed, those that begin with it first.
 *
 * @param {Command[]} commands
 * @param {string} typed
 * @param {(command: Command) => string} wordsOf
 */
export function matching(commands, typed, wordsOf) {
  const wanted = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const named = commands.map((command) => ({ ...command, text: wordsOf(command) }));
  const found = named.filter(({ text }) => wanted.every((word) => text.toLowerCase().includes(word)));
  const begins = (
    /** @type {Command} */ { text = "" },
  ) => (wanted.length && text.toLowerCase().startsWith(wanted[0]) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b));
}
