// Runs before the first paint: the page must not flash in the other theme. A file of its own,
// because the content security policy allows no inline script.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    let wanted = null;
    try {
      wanted = localStorage.getItem("theme");
    } catch {
      // Storage may be denied; the system's choice stands then.
    }
    const dark = wanted === "dark" || (wanted !== "light" && system.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  };
  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("themechange", apply);
})();
