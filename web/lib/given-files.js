/**
 * Listens for files that a person drops on a part of the page or pastes into it.
 *
 * @param {HTMLElement} area
 * @param {AbortSignal | undefined} signal until when
 * @param {{onFiles: (files: FileList) => void, onTarget: (isTarget: boolean) => void}} told
 *   `onTarget`: files are held over the area, or not any more
 */
export function listenForFiles(area, signal, { onFiles, onTarget }) {
  const isOver = (/** @type {Event} */ { target }) => target instanceof Node && area.contains(target);
  const hasFiles = (/** @type {DragEvent} */ event) => Boolean(event.dataTransfer?.types.includes("Files"));

  area.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    if (!data?.files.length) return;
    // A spreadsheet gives its cells as a picture too; then the text is meant. A folder gives a file with its bare name.
    if (["text/plain", "text/html"].every((type) => data.types.includes(type))) return;
    event.preventDefault();
    onFiles(data.files);
  }, { signal });
  // On the whole page: a file that misses the area would else be opened in place of the page.
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = isOver(event) ? "copy" : "none";
    onTarget(isOver(event));
  }, { signal });
  document.addEventListener("drop", (event) => {
    onTarget(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (isOver(event)) onFiles(event.dataTransfer.files);
  }, { signal });
  document.addEventListener("dragleave", (event) => event.relatedTarget || onTarget(false), { signal });
}
