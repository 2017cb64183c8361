import { wordsOf } from "./content.js";
import { list, object, text } from "./wire.js";

/**
 * The conversation as a text to keep: one paragraph a message, with who said it and when.
 *
 * @param {import("./message.js").Line[]} lines
 * @param {{nameOf: (line: import("./message.js").Line) => string, timeText: (at: number) => string}} words
 * @returns {string} lines end as every system's editor likes them
 */
export function transcriptText(lines, { nameOf, timeText }) {
  return lines
    .filter((line) => line.kind === "message" && line.status !== "failed")
    .map((line) => [`${timeText(line.at)}  ${nameOf(line)}`, ...saidIn(line)].join("\r\n"))
    .join("\r\n\r\n")
    .concat("\r\n");
}

/** @param {import("./message.js").Line} line */
function saidIn(line) {
  const said = line.text || wordsOf(line.content);
  const files = list(line.content).map(({ attachment }) => text(object(attachment).filename));
  const cards = list(line.content).flatMap((item) => [object(item.card), ...list(object(item.carousel).cards)]);
  const titles = cards.map((card) => text(card.title));
  return [...said.split("\n"), ...[...files, ...titles].map((name) => name && `[${name}]`)].filter(Boolean);
}
