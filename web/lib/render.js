import { safeUrl } from "./safe-url.js";

/**
 * Brings the children of a DOM node to what a view says, touching only what differs, so that focus, selection, scroll
 * position and half-typed text survive. The children of custom elements are theirs: a parent sets their attributes
 * and properties and looks no further.
 *
 * @typedef {import("./html.js").ViewNode} ViewNode
 * @typedef {import("./html.js").ElementNode} ElementNode
 */

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "use", "path", "circle", "rect", "line", "g"]);
const URL_ATTRIBUTES = new Set(["href", "src"]);

/** What each node was made from. @type {WeakMap<Node, ViewNode>} */
const made = new WeakMap();
/** @type {WeakMap<Element, Map<string, EventListener>>} */
const listeners = new WeakMap();

/** @param {ViewNode[]} view @param {Element} container */
export function render(view, container) {
  const focused = document.activeElement;
  patchChildren(container, view);
  const lost = focused instanceof HTMLElement && document.activeElement !== focused && focused.isConnected;
  if (lost && container.contains(focused)) focused.focus({ preventScroll: true });
}

/** @param {Element} parent @param {ViewNode[]} view */
function patchChildren(parent, view) {
  const spares = collectSpares(parent);
  const nodes = view.map((wanted) => spares.get(kindOf(wanted))?.shift() ?? create(wanted));
  for (const rest of spares.values()) for (const node of rest) node.remove();
  let cursor = parent.firstChild;
  nodes.forEach((node, index) => {
    // Before it enters the page, so that a custom element has its properties when it is connected.
    patch(node, view[index]);
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
  });
}

/** Nodes of the last render by kind, in their order. @param {Element} parent */
function collectSpares(parent) {
  /** @type {Map<string, ChildNode[]>} */
  const spares = new Map();
  for (const node of parent.childNodes) {
    const origin = made.get(node);
    if (!origin) continue;
    const kind = kindOf(origin);
    const same = spares.get(kind);
    if (same) same.push(node);
    else spares.set(kind, [node]);
  }
  return spares;
}

/** @param {ViewNode} node */
function kindOf(node) {
  return "text" in node ? "" : node.key === undefined ? node.tag : `${node.tag} ${node.key}`;
}

/** @param {ViewNode} wanted @returns {ChildNode} */
function create(wanted) {
  if ("text" in wanted) return document.createTextNode("");
  return SVG_TAGS.has(wanted.tag) ? document.createElementNS(SVG, wanted.tag) : document.createElement(wanted.tag);
}

/** @param {ChildNode} node @param {ViewNode} wanted */
function patch(node, wanted) {
  const before = made.get(node);
  made.set(node, wanted);
  if ("text" in wanted) {
    if (node.nodeValue !== wanted.text) node.nodeValue = wanted.text;
    return;
  }
  const element = /** @type {HTMLElement} */ (node);
  patchAttributes(element, before && "tag" in before ? before.attributes : [], wanted.attributes);
  if (!wanted.tag.includes("-")) patchChildren(element, wanted.children);
}

/** @param {HTMLElement} element @param {[string, unknown][]} before @param {[string, unknown][]} wanted */
function patchAttributes(element, before, wanted) {
  const old = new Map(before);
  for (const [name, value] of wanted) {
    setAttribute(element, name, value, old.get(name));
    old.delete(name);
  }
  for (const [name, value] of old) setAttribute(element, name, undefined, value);
}

/** @param {HTMLElement} element @param {string} name @param {unknown} value @param {unknown} before */
function setAttribute(element, name, value, before) {
  if (name[0] === "@") listen(element, name.slice(1), /** @type {EventListener | undefined} */ (value));
  else if (name[0] === ".") setProperty(element, name.slice(1), value, before);
  else if (name === "style") setStyle(element, /** @type {Record<string, string>} */ (value ?? {}), before);
  else if (value === before) return;
  else if (name[0] === "?") element.toggleAttribute(name.slice(1), Boolean(value));
  else if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, URL_ATTRIBUTES.has(name) ? safeUrl(String(value)) : String(value));
}

/** Form controls change by themselves, so theirs is compared with the page, not with the last render. */
function setProperty(element, name, value, before) {
  const current = name === "value" || name === "checked" ? element[name] : before;
  if (current !== value) element[name] = value;
}

/** Through the CSSOM: a style attribute would need `unsafe-inline`. */
function setStyle(element, wanted, before) {
  for (const name of Object.keys(before ?? {})) if (!(name in wanted)) element.style.removeProperty(name);
  for (const [name, value] of Object.entries(wanted)) {
    if (before?.[name] !== value) element.style.setProperty(name, value);
  }
}

/** One listener per event that looks up the latest handler, so that a render never re-subscribes. */
function listen(element, type, handler) {
  let handlers = listeners.get(element);
  if (!handlers) listeners.set(element, handlers = new Map());
  const known = handlers.has(type);
  handlers.set(type, handler);
  if (known) return;
  element.addEventListener(type, (event) => handlers.get(type)?.call(element, event));
}
