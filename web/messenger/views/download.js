import { dateAndTime } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { transcriptText } from "../models/transcript-text.js";
import { wholeConversation } from "../whole-conversation.js";
import { nameOf } from "./author.js";

const KEPT_MS = 60_000;
const FILE_KINDS = { image: "picture" };

/**
 * @param {import("../session.js").Session} session
 * @param {import("./context.js").Context} context
 * @param {(words: string) => void} tell how far it is, when it takes longer; nothing at its end
 */
export async function downloadTranscript(session, context, tell) {
  const progress = (/** @type {number} */ read, /** @type {number} */ count) =>
    tell(count ? t("copy.progress", { read: Math.min(read, count), count }) : t("copy.begun"));
  const conversation = await wholeConversation(session, progress);
  tell("");
  if (conversation) save(transcriptText(conversation, wordsOf(context), context.origin));
}

/** @param {import("./context.js").Context} context @returns {import("../models/transcript-text.js").Words} */
const wordsOf = (context) => ({
  nameOf: (line) => (line.author ? nameOf(line.author, context) : t("who.you")),
  timeText: dateAndTime,
  kindText: (kind) => t(`file.${FILE_KINDS[kind] ?? kind}`),
  unshown: t("log.unshown"),
  missing: t("copy.missing"),
});

/** @param {string} text */
function save(text) {
  const file = new Blob([text], { type: "text/plain;charset=utf-8" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = t("menu.fileName", { date: new Date().toISOString().slice(0, 10) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
