import { linkify } from "./linkify.js";
import { linkAddress } from "./wire.js";

/**
 * The part of Markdown that a business writes in a chat: bold, italic, code, links, lists. It gives values, never
 * markup; what is not understood stays as it was written. HTML is text.
 *
 * @typedef {{kind: "text" | "code", text: string, href?: string}
 *   | {kind: "strong" | "em" | "link", spans: Span[], href?: string}} Span
 * @typedef {{kind: "paragraph", spans: Span[]} | {kind: "code", text: string}
 *   | {kind: "list", isOrdered: boolean, start: number, items: Span[][]}} Block
 */

/** Deeper is not writing. */
const DEPTH_MAX = 4;
const ITEM = /^\s{0,3}(?:([-*+•])|(\d{1,3})[.)])\s+(.*)$/;
const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "\\[([^\\[\\]\\n]{1,400})\\]\\(([^()\\s]{1,2000}(?:\\([^()\\s]*\\))?[^()\\s]*)\\)",
    "\\*\\*(?=\\S)([^\\n]{0,2000}?\\S)\\*\\*",
    "(?<![\\p{L}\\p{N}_])__(?=\\S)([^\\n]{0,2000}?\\S)__(?![\\p{L}\\p{N}_])",
    "\\*(?=[^\\s*])([^*\\n]{0,2000}?[^\\s*])\\*",
    "(?<![\\p{L}\\p{N}_])_(?=[^\\s_])([^_\\n]{0,2000}?[^\\s_]|[^\\s_])_(?![\\p{L}\\p{N}_])",
  ].join("|"),
  "u",
);

/** @param {string} source @returns {Block[]} */
export function markdown(source) {
  /** @type {Block[]} */
  const blocks = [];
  const lines = source.split("\n");
  for (let at = 0; at < lines.length; ) {
    if (/^\s{0,3}```/.test(lines[at])) {
      const end = lines.findIndex((line, index) => index > at && /^\s{0,3}```\s*$/.test(line));
      if (end > 0) {
        blocks.push({ kind: "code", text: lines.slice(at + 1, end).join("\n") });
        at = end + 1;
        continue;
      }
    }
    put(blocks, lines[at]);
    at += 1;
  }
  return blocks.filter((block) => block.kind !== "paragraph" || block.spans.length);
}

/** @param {Block[]} blocks @param {string} line */
function put(blocks, line) {
  const [, bullet, number, rest] = ITEM.exec(line) ?? [];
  const last = blocks.at(-1);
  if (bullet || number) {
    const isOrdered = number !== undefined;
    if (last?.kind === "list" && last.isOrdered === isOrdered) last.items.push(spans(rest));
    else blocks.push({ kind: "list", isOrdered, start: Number(number ?? 1), items: [spans(rest)] });
  } else if (line.trim() === "") {
    blocks.push({ kind: "paragraph", spans: [] });
  } else if (last?.kind === "paragraph" && last.spans.length) {
    last.spans.push({ kind: "text", text: "\n" }, ...spans(line));
  } else blocks.push({ kind: "paragraph", spans: spans(line) });
}

/** @param {string} source @param {number} [depth] @returns {Span[]} */
function spans(source, depth = 0) {
  const match = depth < DEPTH_MAX ? INLINE.exec(source) : undefined;
  if (!match) return linkify(source).map((piece) => ({ kind: "text", ...piece }));
  const [whole, code, words, address, strong, strongToo, em, emToo] = match;
  const before = spans(source.slice(0, match.index), DEPTH_MAX);
  const after = spans(source.slice(match.index + whole.length), depth);
  const found = { whole, code, words, address, strong: strong ?? strongToo, em: em ?? emToo };
  return [...before, ...one(found, depth), ...after];
}

/** @param {Record<string, string | undefined>} found @param {number} depth @returns {Span[]} */
function one({ whole = "", code, words, address, strong, em }, depth) {
  if (code !== undefined) return [{ kind: "code", text: code }];
  if (strong !== undefined) return [{ kind: "strong", spans: spans(strong, depth + 1) }];
  if (em !== undefined) return [{ kind: "em", spans: spans(em, depth + 1) }];
  // No base: a link without a scheme would lead into the page that we are on.
  const href = linkAddress(address, "engawa:none");
  if (!href || words === undefined) return [{ kind: "text", text: whole }];
  return [{ kind: "link", href, spans: [{ kind: "text", text: words }] }];
}
