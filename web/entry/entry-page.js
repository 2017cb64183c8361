/** The page of an entry point: the messenger opens by itself; this is for whoever has closed it. */
document.getElementById("open")?.addEventListener("click", () => window.Engawa?.("open"));
