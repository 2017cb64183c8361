/**
 * The people of a queue while somebody changes who they are. `edits` holds, by person, only what differs from what is
 * stored: a queue may have thousands.
 *
 * @typedef {{id: string, name: string, detail: string, ring: number, joined: boolean, isByGroup: boolean}} Member
 * @typedef {{isIn: boolean, ring: number, joined: boolean, name: string, detail: string}} Edit
 * @typedef {Record<string, Edit>} Edits
 * @typedef {Member & {isNew: boolean, isRemoved: boolean}} Row
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

/** As many as one request may name. */
const CHANGES_MAX = 100;
/** What somebody who is put in has. */
const AT_FIRST = { ring: 1, joined: true };

/** @param {Record<string, any>} wire @returns {Member} */
export const memberOf = ({ id, name, user, ringNumber = 1, joined, memberBy }) => ({
  id,
  name: name ?? user?.name ?? "",
  detail: user?.title || user?.email || "",
  ring: ringNumber,
  joined: joined !== false,
  isByGroup: memberBy === "group",
});

/**
 * Everybody who is or was in it, by name; whoever leaves stays in sight.
 *
 * @param {Member[]} members @param {Edits} edits
 */
export function rowsOf(members, edits) {
  /** @type {Row[]} */
  const rows = members.map((member) => {
    const { isIn = true, ...edit } = edits[member.id] ?? {};
    return { ...member, ...edit, isNew: false, isRemoved: !isIn };
  });
  const known = new Set(members.map(({ id }) => id));
  for (const [id, { isIn, ...edit }] of Object.entries(edits)) {
    if (isIn && !known.has(id)) rows.push({ id, ...edit, isByGroup: false, isNew: true, isRemoved: false });
  }
  const { compare } = new Intl.Collator();
  return rows.sort((one, other) => compare(one.name, other.name) || compare(one.id, other.id));
}

/**
 * The edits with one person changed; what is as it is stored is no edit.
 *
 * @param {Member[]} members @param {Edits} edits @param {{id: string, name: string, detail?: string}} person
 * @param {Partial<Edit>} change @returns {Edits}
 */
export function edited(members, edits, person, change) {
  const { [person.id]: before, ...others } = edits;
  const stored = members.find(({ id }) => id === person.id);
  const { ring, joined } = stored ?? AT_FIRST;
  const { name, detail = "" } = person;
  const edit = { isIn: Boolean(stored), ring, joined, name, detail, ...before, ...change };
  const isSame = edit.isIn === Boolean(stored) && (!edit.isIn || (edit.ring === ring && edit.joined === joined));
  return isSame ? others : { ...others, [person.id]: edit };
}

/** What the server has to be told. @param {Member[]} members @param {Edits} edits */
export function planOf(members, edits) {
  const stored = new Map(members.map((member) => [member.id, member]));
  const all = Object.entries(edits);
  const isKnown = (/** @type {string} */ id) => stored.has(id);
  return {
    added: all.filter(([id, { isIn }]) => isIn && !isKnown(id)).map(([id]) => ({ id })),
    removed: all.filter(([id, { isIn }]) => !isIn && isKnown(id)).map(([id]) => ({ id })),
    changed: all.filter(([, { isIn }]) => isIn).flatMap(([id, { ring, joined }]) => {
      const before = stored.get(id) ?? AT_FIRST;
      const change = {
        ...(ring !== before.ring && { ringNumber: ring }),
        ...(joined !== before.joined && { joined }),
      };
      return Object.keys(change).length ? [{ id, ...change }] : [];
    }),
  };
}

/** Does what is planned. @param {PlatformApi} api @param {string} queue @param {ReturnType<typeof planOf>} plan */
export async function carryOut(api, queue, { added, removed, changed }) {
  for (const some of chunks(added)) await api.addQueueMembers(queue, some);
  for (const some of chunks(removed)) await api.removeQueueMembers(queue, some);
  for (const some of chunks(changed)) await api.changeQueueMembers(queue, some);
}

/** @template T @param {T[]} all @returns {T[][]} */
function chunks(all) {
  const found = [];
  for (let start = 0; start < all.length; start += CHANGES_MAX) found.push(all.slice(start, start + CHANGES_MAX));
  return found;
}
