import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { mediaAddress } from "../models/wire.js";

/**
 * Answers to choose from, as chips.
 *
 * @param {Record<string, any>[]} replies
 * @param {import("./context.js").Context} context
 * @param {(choice: any) => void} choose
 */
export function quickReplies(replies, context, choose) {
  if (replies.length === 0) return [];
  const chips = replies.map(({ text, payload = text, image, messageId }) => {
    const url = mediaAddress(image, context.origin);
    const picture = url && html`<img src=${url} alt="" referrerpolicy="no-referrer">`;
    const chosen = () => choose({ type: "QuickReply", text, payload, messageId });
    return html`<button type="button" class="chip" @click=${chosen}>${picture}${text}</button>`;
  });
  return html`<div class="choices" role="group" aria-label=${t("choices.label")} key="choices">${chips}</div>`;
}
