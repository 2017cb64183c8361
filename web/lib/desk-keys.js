import { isTyping } from "./keyboard.js";

/**
 * The keys that work everywhere on the desktop.
 *
 * @param {any} screen the agent's screen: its desk and actions, where the person is, and `emit`
 * @returns {(event: KeyboardEvent) => void}
 */
export const deskKeys = (screen) => (event) => {
  if (event.isComposing) return;
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return screen.emit("open-palette");
  }
  const target = /** @type {Element} */ (event.target);
  const isFree = !isTyping(target) && !target.closest("dialog, [popover]");
  if (event.key === "/" && isFree && screen.desk.isReady && !hasModifier) {
    event.preventDefault();
    return screen.emit("open-search");
  }
  if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) return step(screen, event);
  const alert = screen.desk.work?.alerts[0];
  const isElsewhere = !isFree || target.closest("[data-own-enter]") || screen.place === "admin";
  if (!alert || isElsewhere || hasModifier || event.repeat || !["Enter", "Escape"].includes(event.key)) return;
  event.preventDefault();
  if (event.key === "Enter") screen.emit("accept", alert.conversation.id);
  else screen.actions.decline(alert.conversation.id);
};

/**
 * Alt with an arrow goes to the neighbour in the list, from anywhere.
 *
 * @param {any} screen @param {KeyboardEvent} event
 */
function step(screen, event) {
  const { work, selectedId } = screen.desk;
  const ids = work.items.filter((item) => item.stage !== "alerting").map((item) => item.conversation.id);
  if (!ids.length) return;
  event.preventDefault();
  const here = ids.indexOf(selectedId);
  const next = event.key === "ArrowDown" ? here + 1 : here - 1;
  screen.emit("open-conversation", { id: ids[(next + ids.length) % ids.length], focus: true });
}
