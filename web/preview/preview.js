/** The page of a preview: asks the form's page what to show, and puts the real messenger on it. */
addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || origin !== new URL(location.href).origin || globalThis.isShown) return;
  globalThis.isShown = true;
  document.documentElement.dataset.scheme = data.scheme;
  document.documentElement.lang = data.language;
  globalThis.setStage(data);
  keepFocus();
  globalThis.Engawa = function () {
    (globalThis.Engawa.q ??= []).push(arguments);
  };
  const tell = () => parent.postMessage("shown", origin);
  globalThis.Engawa("subscribe", "error", tell);
  globalThis.Engawa("subscribe", data.scene === "closed" ? "ready" : "opened", () => setTimeout(tell, 250));
  if (data.scene !== "closed") globalThis.Engawa("open");
  if (data.config.messenger.launcherButton.visibility === "OnDemand") globalThis.Engawa("showLauncher");
  const script = document.createElement("script");
  script.src = "/messenger.js";
  script.dataset.deploymentId = data.config.id;
  script.dataset.language = data.language;
  document.head.append(script);
});
/** Whoever types into the form must not find themselves in the preview: only a press in here moves the focus here. */
function keepFocus() {
  const focus = HTMLElement.prototype.focus;
  HTMLElement.prototype.focus = function (...options) {
    if (navigator.userActivation?.isActive !== false) focus.apply(this, options);
  };
}

parent.postMessage("ready", new URL(location.href).origin);
