/**
 * The control that was pressed is often gone after the next render: a chip that was chosen, a message that was
 * deleted. Who works by keyboard must not fall out of the window then.
 *
 * @param {Element} element
 */
export function hasFocus(element) {
  return element.contains(focused(element));
}

/** Whether nothing in the messenger has the focus any more. @param {Element} element */
export function lostFocus(element) {
  return focused(element) === null;
}

/** @param {Element} element */
const focused = (element) => /** @type {ShadowRoot} */ (element.getRootNode()).activeElement;
