import { dateAndTime } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { transcriptText } from "../models/transcript-text.js";
import { nameOf } from "./author.js";

/** Steps back that a download waits for; history allows ten reads a minute. */
const STEPS_MAX = 4;
const KEPT_MS = 60_000;

/** @param {import("../session.js").Session} session @param {import("./context.js").Context} context */
export async function downloadTranscript(session, context) {
  for (let step = 0; step < STEPS_MAX && session.catchUp.hasEarlier; step += 1) {
    const before = session.lines.length;
    await session.catchUp.earlier();
    if (session.lines.length === before) break;
  }
  const words = {
    nameOf: (/** @type {import("../models/message.js").Line} */ line) =>
      line.author ? nameOf(line.author, context) : t("who.you"),
    timeText: dateAndTime,
  };
  const file = new Blob([transcriptText(session.lines, words)], { type: "text/plain;charset=utf-8" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = t("menu.fileName", { date: new Date().toISOString().slice(0, 10) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
