import { html } from "../../lib/html.js";

/**
 * Our own line icons, 24 × 24. They stand inline because a symbol file of another origin may not be used by the page
 * that we are on.
 */
const PATHS = {
  close: "M6 6l12 12M18 6 6 18",
  send: "M12 19V5.5M6 11.5l6-6 6 6",
  down: "M12 5v13.5M6 12.5l6 6 6-6",
  next: "m9.5 6 6 6-6 6",
  previous: "m14.5 6-6 6 6 6",
  file: "M7 3.5h6.5L18 8v12.5H7zM13.5 3.5V8H18",
  open: "M13.5 5H19v5.5M19 5l-8 8M16.5 14v4.5h-11v-11H10",
  alert: "M12 8v5M12 16.4v.1M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z",
  check: "m6 12.5 4 4 8-9",
  clock: "M12 7.5V12l3 2M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z",
  cloud: "M5 5l14 14M9 7.2A5.2 5.2 0 0 1 17.2 10a4 4 0 0 1 2.2 6.4M16 17.5H7.5a4 4 0 0 1-.7-7.9",
  bot: "M6.5 9h11v8.5h-11zM12 9V6M12 5.9v.1M9.8 12.5v1.2M14.2 12.5v1.2M4.3 12v2.8M19.7 12v2.8",
  chat: "M5 7a2.5 2.5 0 0 1 2.5-2.5h9A2.5 2.5 0 0 1 19 7v6a2.5 2.5 0 0 1-2.5 2.5H11L7 19v-3.5A2.5 2.5 0 0 1 5 13z",
};

/** @param {keyof typeof PATHS} name decorative: words stand beside it or in the control's label */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${PATHS[name]}></path></svg>`;
}
