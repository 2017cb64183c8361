/**
 * Whether a link to a file of ours is over; it says so itself. Pages are open for longer than links are good.
 *
 * @param {string} url
 */
const isOver = (url) => Number(/downloads\/[^/]+\/(\d+)/.exec(url)?.[1]) * 1000 < Date.now();

/**
 * Has links within an element asked for anew when they are over: those of pictures and players that do not come, and
 * those that are pressed, which then open.
 *
 * @param {HTMLElement & {signal?: AbortSignal}} element
 * @param {(url: string) => Promise<string | undefined>} renew
 */
export function renewLinks(element, renew) {
  const tend = async (/** @type {any} */ event) => {
    const { href, src = href } = event.target.closest(event.type === "click" ? "a" : "[src]") ?? {};
    if (!isOver(src)) return;
    event.preventDefault();
    // A picture that will come needs no name in its place.
    event.stopPropagation();
    const url = await renew(src);
    if (href) open(url, "_blank", "noopener");
  };
  const options = { capture: true, signal: element.signal };
  element.addEventListener("error", tend, options);
  element.addEventListener("click", tend, options);
}
