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
  pin: [
    "M12 21c-4-4.6-6.5-8-6.5-11a6.5 6.5 0 0 1 13 0c0 3-2.5 6.4-6.5 11z",
    "M12 7.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4z",
  ].join(""),
  more: [
    "M5 11.3a.7.7 0 1 1 0 1.4.7.7 0 0 1 0-1.4z",
    "M12 11.3a.7.7 0 1 1 0 1.4.7.7 0 0 1 0-1.4z",
    "M19 11.3a.7.7 0 1 1 0 1.4.7.7 0 0 1 0-1.4z",
  ].join(""),
  clip: "M17 11.5l-6 6a3.6 3.6 0 0 1-5-5l7.2-7.2a2.4 2.4 0 0 1 3.4 3.4L9.5 15.8a1.2 1.2 0 0 1-1.7-1.7l6-6",
  smile: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM9.2 9.800v.6M14.8 9.800v.6M8.3 13.800c1.7 2.5 5.7 2.5 7.4 0",
  sound: "M5 9.5v5h3l4 3.500v-12l-4 3.500zM15 9.200a4 4 0 0 1 0 5.600M17.5 6.800a7.4 7.4 0 0 1 0 10.4",
  bell: "M6.5 16.500V11a5.5 5.5 0 0 1 11 0v5.500l1.5 1.500H5zM10.5 20.500h3",
  download: "M12 4v11M7.5 11 12 15.5 16.5 11M5 19.500h14",
  bin: "M5 7h14M9.5 7V4.500h5V7M7 7l.8 12.500h8.400L17 7M10.5 10.500v5.500M13.5 10.500v5.5",
  chat: "M5 7a2.5 2.5 0 0 1 2.5-2.5h9A2.5 2.5 0 0 1 19 7v6a2.5 2.5 0 0 1-2.5 2.5H11L7 19v-3.5A2.5 2.5 0 0 1 5 13z",
};

/** @param {keyof typeof PATHS} name decorative: words stand beside it or in the control's label */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${PATHS[name]}></path></svg>`;
}
