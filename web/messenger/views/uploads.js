import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { icon } from "./icons.js";

/**
 * The deployment says early whether there may be a button, the server later for which types: its place is kept, so that
 * nothing moves under the customer's hand.
 *
 * @param {import("../session.js").Session} session
 */
export function fileButton(session) {
  const isExpected = session.config.messenger?.fileUpload?.enableAttachments === true;
  if (!session.media.types.length) return isExpected ? html`<span class="tool"></span>` : [];
  const chosen = ({ target }) => {
    session.uploads.add(target.files, session.media);
    // The same file again is a change again.
    target.value = "";
  };
  return html`<label class="tool">${icon("clip")}<input type="file" class="unseen" multiple
    aria-label=${t("upload.label")} accept=${session.media.types.join(",")} @change=${chosen}></label>`;
}

/** @param {import("../uploads.js").Uploads} uploads */
export function uploadList(uploads) {
  if (uploads.list.length === 0) return [];
  const rows = uploads.list.map(({ id, file: { name }, sent, state, reason = "upload.failed" }) => {
    const isFailed = state === "failed";
    const isPassing = isFailed && reason === "upload.failed";
    return html`<li key=${id} class=${isFailed ? "problem" : ""}>
      <span>${isFailed ? t(reason, { name }) : name}</span>
      ${state === "waiting" && html`<small>${t("status.waiting")}</small>`}
      ${!isFailed && state !== "waiting" && html`<progress max="1" .value=${sent} aria-label=${name}></progress>`}
      ${isPassing && html`<button type="button" class="quiet" @click=${() => uploads.retry(id)}>${t("failed.retry")}
        </button>`}
      <button type="button" class="tool" aria-label=${t(isFailed ? "upload.close" : "upload.cancel", { name })}
        @click=${() => uploads.cancel(id)}>${icon("close")}</button></li>`;
  });
  return html`<div role="status" key="uploads"><ul class="uploads">${rows}</ul></div>`;
}
