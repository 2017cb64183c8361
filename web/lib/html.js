/**
 * `html` is the only way markup comes into being on our screens. It turns a template literal into a tree of plain
 * values; `render` (render.js) makes DOM of it. Everything interpolated is a text node, an attribute value, a
 * property or a listener, so text of a customer can never become markup.
 *
 *   html`<button class="quiet" ?disabled=${busy} @click=${send} .value=${text} key=${id}>${label}</button>`
 *
 * `@name` listens, `.name` sets a property, `?name` a boolean attribute; `key` tells siblings apart across renders.
 *
 * @typedef {{text: string}} TextNode
 * @typedef {{tag: string, key: unknown, attributes: [string, unknown][], children: ViewNode[]}} ElementNode
 * @typedef {TextNode | ElementNode} ViewNode
 * @typedef {{hole: number}} Hole
 * @typedef {string | Hole} Piece
 * @typedef {{text: Piece} | {tag: string, attributes: [string, Piece[]][], children: Pattern[]}} Pattern
 */

const VOID = new Set(["area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]);
const OPEN = "\u0001";
const CLOSE = "\u0002";
const HOLE = /\u0001(\d+)\u0002/;

/**
 * Nodes that were made here. Nothing else is taken for one: a message's field that ought to be text may come as an
 * object with `tag` and `attributes`, and must not become an element.
 *
 * @type {WeakSet<object>}
 */
const ours = new WeakSet();

/** @type {WeakMap<TemplateStringsArray, Pattern[]>} */
const patterns = new WeakMap();

/**
 * @param {TemplateStringsArray} strings
 * @param {...unknown} values
 * @returns {ViewNode[]}
 */
export function html(strings, ...values) {
  let pattern = patterns.get(strings);
  if (!pattern) patterns.set(strings, pattern = parse(strings));
  return fill(pattern, values);
}

/** @param {readonly string[]} strings @returns {Pattern[]} */
export function parse(strings) {
  const source = strings.map((part, index) => (index ? OPEN + (index - 1) + CLOSE + part : part)).join("");
  /** @type {Pattern[]} */
  const roots = [];
  const stack = [{ tag: "", children: roots }];
  const token = /<\/([\w-]+)\s*>|<([\w-]+)((?:"[^"]*"|'[^']*'|[^"'>])*?)(\/?)>|([^<]+)/g;
  for (const match of source.matchAll(token)) {
    const [, closing, opening, attributes, selfClosing, text] = match;
    const parent = stack[stack.length - 1];
    if (text !== undefined) parent.children.push(...textPatterns(text));
    else if (closing) {
      if (parent.tag !== closing) throw new SyntaxError(`</${closing}> closes <${parent.tag}>`);
      stack.pop();
    } else {
      const element = { tag: opening, attributes: attributePatterns(attributes), children: [] };
      parent.children.push(element);
      if (!selfClosing && !VOID.has(opening)) stack.push(element);
    }
  }
  if (stack.length > 1) throw new SyntaxError(`<${stack[stack.length - 1].tag}> is not closed`);
  return roots;
}

/**
 * White space that holds a line break is layout of the source, not of the page.
 *
 * @param {string} text
 * @returns {Pattern[]}
 */
function textPatterns(text) {
  const trimmed = text.replace(/\s*\n\s*/g, "").replace(/\s+/g, " ");
  return trimmed ? pieces(trimmed).map((piece) => ({ text: piece })) : [];
}

/** @param {string} source @returns {[string, Piece[]][]} */
function attributePatterns(source) {
  const attribute = /([^\s=>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?/g;
  return [...source.matchAll(attribute)].map((
    [, name, double, single, bare],
  ) => [name, pieces(double ?? single ?? bare ?? "")]);
}

/** @param {string} source @returns {Piece[]} */
function pieces(source) {
  return source
    .split(HOLE)
    .map((piece, index) => (index % 2 ? { hole: Number(piece) } : piece))
    .filter((piece) => piece !== "");
}

/** @param {Pattern[]} pattern @param {unknown[]} values @returns {ViewNode[]} */
function fill(pattern, values) {
  /** @type {ViewNode[]} */
  const nodes = [];
  for (const part of pattern) {
    if ("text" in part) append(nodes, typeof part.text === "string" ? part.text : values[part.text.hole]);
    else nodes.push(element(part, values));
  }
  return nodes;
}

/**
 * @param {{tag: string, attributes: [string, Piece[]][], children: Pattern[]}} part
 * @param {unknown[]} values
 * @returns {ElementNode}
 */
function element(part, values) {
  /** @type {ElementNode} */
  const node = { tag: part.tag, key: undefined, attributes: [], children: fill(part.children, values) };
  for (const [name, piecesOfValue] of part.attributes) {
    const value = attributeValue(piecesOfValue, values);
    if (name === "key") node.key = value;
    else node.attributes.push([name, value]);
  }
  ours.add(node);
  return node;
}

/** @param {Piece[]} parts @param {unknown[]} values */
function attributeValue(parts, values) {
  if (parts.length === 1 && typeof parts[0] !== "string") return values[parts[0].hole];
  return parts.map((piece) => (typeof piece === "string" ? piece : String(values[piece.hole] ?? ""))).join("");
}

/** @param {ViewNode[]} nodes @param {unknown} value */
function append(nodes, value) {
  if (value === null || value === undefined || typeof value === "boolean") return;
  if (Array.isArray(value)) { for (const item of value) append(nodes, item); }
  else if (ours.has(/** @type {object} */ (value))) nodes.push(/** @type {ViewNode} */ (value));
  else {
    const node = { text: typeof value === "object" ? "" : String(value) };
    ours.add(node);
    nodes.push(node);
  }
}
