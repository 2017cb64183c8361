/**
 * The demo's page: its language by `?lang=`, before anything is drawn, and its buttons that open the chat by the
 * messenger's command, as a site owner would write them.
 */
const TITLES = { en: "Amadare Tea, Kyoto", ja: "雨だれ茶舗（京都）" };
const language = new URLSearchParams(location.search).get("lang") === "ja" ? "ja" : "en";
document.documentElement.lang = language;
document.title = TITLES[language];

// Kept until the messenger's script has come.
window.Engawa ??= function () {
  (window.Engawa.q ??= []).push(arguments);
};

document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-ask]")) {
    button.addEventListener("click", () => window.Engawa("open"));
  }
});
