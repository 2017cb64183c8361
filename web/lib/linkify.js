import { html } from "./html.js";

const ADDRESS = /(https?:\/\/[^\s<>"'、。「」（）]+[^\s<>"'、。「」（）.,;:!?)\]}])/g;

/** Text with its web addresses as links that tell the other site nothing. @param {string} text */
export function linkify(text) {
  return text.split(ADDRESS).map((piece, index) =>
    index % 2 ? html`<a href="${piece}" target="_blank" rel="noopener noreferrer nofollow">${piece}</a>` : piece);
}
