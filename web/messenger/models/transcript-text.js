import { partsOf, wordsOf } from "./content.js";
import { repliesIn } from "./timeline.js";

/**
 * The conversation as a text to keep: one paragraph a message, with who said it and when, and what could be chosen.
 *
 * @typedef {import("./content.js").Part} Part
 * @typedef {import("./message.js").Line} Line
 * @typedef {{nameOf: (line: Line) => string, timeText: (at: number) => string, kindText: (kind: string) => string,
 *   unshown: string, missing: string}} Words
 *   `kindText` names a file that has no name; `missing` stands above what has lost its beginning
 */

/**
 * @param {import("../whole-conversation.js").Conversation} conversation
 * @param {Words} words
 * @param {string} origin of the server
 * @returns {string} lines end as every system's editor likes them
 */
export function transcriptText({ lines, isWhole }, words, origin) {
  const said = lines
    .filter((line) => line.kind === "message" && line.status !== "failed")
    .map((line) => [`${words.timeText(line.at)}  ${words.nameOf(line)}`, ...saidIn(line, words, origin)].join("\r\n"));
  return [...(isWhole ? [] : [words.missing]), ...said].join("\r\n\r\n").concat("\r\n");
}

/** @param {Line} line @param {Words} words @param {string} origin */
function saidIn(line, words, origin) {
  const told = partsOf(line, origin).flatMap((part) => TELLERS[part.kind](part, words));
  const replies = repliesIn(line.content).map((reply) => choice(reply.text));
  return [line.text || wordsOf(line.content), ...told, ...replies].flatMap((text) => text.split("\n")).filter(Boolean);
}

/** @param {string[]} texts */
const choice = (...texts) => `- ${texts.filter(Boolean).join(": ")}`;

/** @type {(part: any, words: Words) => string[]} */
const file = ({ kind, name }, { kindText }) => [`[${name || kindText(kind)}]`];

/** @type {Record<Part["kind"], (part: any, words: Words) => string[]>} */
const TELLERS = {
  image: file,
  video: file,
  audio: file,
  file,
  link: ({ name, url }) => [name, url],
  cards: ({ cards }) =>
    cards.flatMap(({ title, description, url, actions }) => [
      title,
      description,
      url ?? "",
      ...actions.map((/** @type {import("./content.js").Action} */ { text, url }) => choice(text, url ?? "")),
    ]),
  questions: ({ questions }, { timeText }) => [
    questions.title,
    questions.subtitle,
    ...questions.pages.flatMap(({ title, subtitle, questions: asked }) => [
      title,
      subtitle,
      ...asked.flatMap((/** @type {import("./questions.js").Question} */ one) => questionText(one, timeText)),
    ]),
  ],
  place: ({ name, address, url }) => [name, address, url ?? ""],
  words: ({ text }) => [text],
  unknown: ({ text }, { unshown }) => [text, unshown],
};

/** @param {import("./questions.js").Question} question @param {Words["timeText"]} timeText */
const questionText = ({ title, subtitle, times, sections }, timeText) => [
  title,
  subtitle,
  ...times.map((time) => choice(timeText(Date.parse(time)))),
  ...sections.flatMap((section) => [section.title, ...section.items.map((item) => choice(item.title, item.subtitle))]),
];
