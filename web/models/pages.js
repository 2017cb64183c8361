/** Of a list that is read as a whole; what lies behind is left out. */
const PAGES_MAX = 20;

/**
 * All entities of a list that comes in pages.
 *
 * @param {(page: number) => Promise<{entities: any[], pageCount?: number}>} read @returns {Promise<any[]>}
 */
export async function pagesOf(read) {
  /** @type {any[]} */
  const found = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const { entities, pageCount = 1 } = await read(page);
    found.push(...entities);
    if (page >= pageCount) break;
  }
  return found;
}

/**
 * The same of a list that goes on from a place (`after` of `nextUri`).
 *
 * @param {(after?: string) => Promise<{entities: any[], nextUri?: string}>} read @returns {Promise<any[]>}
 */
export async function placesOf(read) {
  /** @type {any[]} */
  const found = [];
  /** @type {string | undefined} */
  let after;
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const { entities, nextUri } = await read(after);
    found.push(...entities);
    after = new URLSearchParams(nextUri?.split("?")[1]).get("after") ?? undefined;
    if (!after) break;
  }
  return found;
}
