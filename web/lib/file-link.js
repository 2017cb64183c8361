/**
 * Whether a link to a file of ours is over; it says so itself. Pages are open for longer than links are good.
 *
 * @param {string} url
 */
export const isOver = (url) => Number(/downloads\/[^/]+\/(\d+)/.exec(url)?.[1]) * 1000 < Date.now();
