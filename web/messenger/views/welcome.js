import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";

/**
 * Before the first word: a veranda with two cushions and a pot of tea, where the deployment has a home screen.
 * @param {import("./context.js").Context} context
 */
export function welcome(context) {
  if (!context.hasHome) return [];
  return html`<div class="welcome" key="welcome">
    ${context.logo ? html`<img class="logo" src=${context.logo} alt="" referrerpolicy="no-referrer">` : veranda()}
    <p class="greeting">${t("home.greeting")}</p>
    <p>${t("home.invitation")}</p>
  </div>`;
}

function veranda() {
  return html`<svg class="veranda" viewBox="0 0 240 132" aria-hidden="true" focusable="false">
    <path class="eave" d="M0 10h240v7H0zM0 21h240v2.5H0z"></path>
    <path class="post" d="M22 23.5h7V92h-7zM211 23.5h7V92h-7z"></path>
    <circle class="sun" cx="120" cy="62" r="24"></circle>
    <path class="hill" d="M29 92c22-2 34-22 52-22 20 0 26 14 44 14 22 0 30-22 50-22 17 0 24 20 36 24v6z"></path>
    <path class="board" d="M0 92h240v8H0zM0 103h240v7H0zM0 113h240v6H0z"></path>
    <path class="cushion" d="M62 84h38a5 5 0 0 1 5 5v3H57v-3a5 5 0 0 1 5-5z"></path>
    <path class="cushion" d="M152 84h38a5 5 0 0 1 5 5v3h-48v-3a5 5 0 0 1 5-5z"></path>
    <path class="pot" d="M119 78h13a4 4 0 0 1 4 4v6a4 4 0 0 1-4 4h-13a4 4 0 0 1-4-4v-6a4 4 0 0 1 4-4z"></path>
    <path class="pot" d="M115 82l-6-3v2l6 5z"></path>
    <path class="steam" d="M122 73c-3-4 3-6 0-10M129 73c-3-4 3-6 0-10"></path>
  </svg>`;
}
