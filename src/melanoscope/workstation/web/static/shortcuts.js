// The worklist by keys. They can be turned off, for they get in the way of who speaks to their computer (WCAG 2.1.4).
(() => {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const [help, on] = [document.getElementById("help"), document.getElementById("keys-on")];
  const rows = () => [...document.querySelectorAll("tr[data-case]")];
  const here = () => document.querySelector("tr[data-here]");

  function go(step) {
    const all = rows();
    const at = all.indexOf(here());
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    all[at]?.removeAttribute("data-here");
    next.setAttribute("data-here", "");
    next.querySelector("a.open").focus();
  }

  const open = (query) => (location.href = here().querySelector("a.open").href + query);
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    a: () => here()?.querySelector("button[name=only]")?.click(),
    d: () => here() && open("#decision"),
    r: () => here() && open("?kind=refer#decision"),
    x: () => here()?.querySelector("input[name=case]").click(),
    "/": () => document.getElementById("text").focus(),
    "?": () => dialog.showModal(),
  };

  document.addEventListener("focusin", (event) => {
    here()?.removeAttribute("data-here");
    event.target.closest("tr[data-case]")?.setAttribute("data-here", "");
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea, dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !on.checked || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });

  help.hidden = false;
  help.addEventListener("click", () => dialog.showModal());
  on.checked = localStorage.getItem("keys") !== "off";
  on.addEventListener("change", () => localStorage.setItem("keys", on.checked ? "on" : "off"));
})();
