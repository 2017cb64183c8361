/** @param {import("./session.js").Session} session */
const takesFiles = ({ media, isOver }) => media.types.length > 0 && !isOver;

/**
 * Files that came otherwise than by the button.
 *
 * @param {Iterable<File>} files
 * @param {import("./session.js").Session} session
 * @returns {boolean} whether they are taken
 */
export function offer(files, session) {
  const isTaking = takesFiles(session);
  if (isTaking) session.uploads.add(files, session.media);
  return isTaking;
}

/**
 * Files that are dropped onto the window are sent, where that is allowed. A browser by itself would open them in place
 * of the site.
 *
 * @param {HTMLElement} panel
 * @param {import("./session.js").Session} session
 */
export function takeDrops(panel, session) {
  const mark = (/** @type {boolean} */ isOver) => panel.classList.toggle("dropping", isOver);
  panel.addEventListener("dragover", (event) => {
    const { dataTransfer } = event;
    if (!dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    dataTransfer.dropEffect = takesFiles(session) ? "copy" : "none";
    mark(takesFiles(session));
  });
  panel.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!panel.contains(/** @type {Node | null} */ (relatedTarget))) mark(false);
  });
  panel.addEventListener("drop", (event) => {
    mark(false);
    const files = event.dataTransfer?.files;
    if (!files?.length) return;
    event.preventDefault();
    offer(files, session);
  });
}
