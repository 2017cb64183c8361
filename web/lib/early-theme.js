// Runs before the first paint, so that a chosen theme or density never flashes the other one.
(() => {
  try {
    const choice = JSON.parse(localStorage.getItem("engawa.preferences") ?? "{}");
    if (choice.theme === "light" || choice.theme === "dark") document.documentElement.dataset.theme = choice.theme;
    if (choice.density) document.documentElement.dataset.density = choice.density;
  } catch {
    // Nothing chosen, or nothing readable: the system's theme it is.
  }
})();
