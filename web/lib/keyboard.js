const TEXT_INPUTS = new Set(["text", "search", "email", "password", "url", "tel", "number", "date", "time"]);

/** Whether keys pressed on this element write text. @param {Element | null} element */
export function isTyping(element) {
  if (!(element instanceof HTMLElement)) return false;
  if (element instanceof HTMLInputElement) return TEXT_INPUTS.has(element.type);
  return element instanceof HTMLTextAreaElement || element.isContentEditable;
}

/**
 * Moves the focus among siblings with the arrow keys, Home and End.
 *
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} items
 */
export function moveFocus(event, items) {
  const here = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const [next, previous] = [here + 1, here < 0 ? items.length - 1 : here - 1];
  const targets = {
    ArrowDown: next,
    ArrowRight: next,
    ArrowUp: previous,
    ArrowLeft: previous,
    Home: 0,
    End: items.length - 1,
  };
  if (event.altKey || event.ctrlKey || event.metaKey || !(event.key in targets) || !items.length) return;
  event.preventDefault();
  items[(targets[event.key] + items.length) % items.length].focus();
}
