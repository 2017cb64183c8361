/**
 * What the server takes of files, so that nobody waits for an upload that is refused. It judges each file itself; what
 * is not known here is left to it.
 *
 * @typedef {{bytesMax: number, nameLengthMax: number, filesMax: number, types: string[],
 *   blocked: Set<string>, unsentMs: number}} FileLimits
 * @typedef {{reason: string, bytesMax?: number, filesMax?: number}} Problem `reason`: a key of our strings
 */

/** @param {any} answer of `…/messages/media/limits` @returns {FileLimits} */
export function readLimits(answer) {
  const { fileTypes, maxFileSizeKB } = answer.allowedMedia.outbound;
  return {
    bytesMax: maxFileSizeKB * 1024,
    nameLengthMax: answer.maxFileNameLength,
    filesMax: answer.maxFilesPerMessage,
    types: fileTypes.map(({ type }) => type),
    blocked: new Set(answer.blockedExtensions),
    unsentMs: answer.unsentFileSeconds * 1000,
  };
}

/** @param {Pick<File, "name" | "type" | "size">} file @param {FileLimits} limits @returns {Problem | undefined} */
export function problemOf({ name, type, size }, limits) {
  if ([...name].length > limits.nameLengthMax) return { reason: "attach.nameLong" };
  if (isBlocked(name, limits)) return { reason: "attach.type" };
  // The browser does not know every type; the server may.
  if (type && !limits.types.some((pattern) => matches(type, pattern))) return { reason: "attach.kind" };
  if (size === 0) return { reason: "attach.empty" };
  return size > limits.bytesMax ? { reason: "attach.large", bytesMax: limits.bytesMax } : undefined;
}

/** Each extension counts, as it does for the server. @param {string} name @param {FileLimits} limits */
const isBlocked = (name, { blocked }) =>
  name.split(".").slice(1).some((part) => blocked.has(`.${part.trim().toLowerCase()}`));

/** @param {string} type @param {string} pattern */
function matches(type, pattern) {
  if (pattern === "*/*") return true;
  return pattern.endsWith("/*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

/** What the server's codes mean. @type {Record<string, string>} */
const REASONS = {
  "file.name.invalid": "attach.name",
  "file.name.too.long": "attach.nameLong",
  "file.type.not.allowed": "attach.kind",
  "file.empty": "attach.empty",
  "file.too.large": "attach.large",
  "file.content.mismatch": "attach.content",
  "file.infected": "attach.infected",
  "file.unscanned": "attach.unscanned",
};

/**
 * Without an answer, or when the server has a problem, another try may do.
 *
 * @param {{status?: number, code?: string}} error @param {FileLimits} [limits]
 * @returns {Problem & {canRetry: boolean}}
 */
export function failureOf({ status = 0, code = "" }, limits) {
  const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 429;
  const known = REASONS[code] ?? (status === 413 ? "attach.large" : undefined);
  // Without the limit nobody can say what would be small enough.
  const reason = known === "attach.large" && !limits ? "attach.refused" : known;
  return {
    reason: reason ?? (isRefused ? "attach.refused" : "attach.failed"),
    bytesMax: limits?.bytesMax,
    canRetry: !isRefused,
  };
}
