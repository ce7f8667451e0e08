// The worklist stays up to date without moving under the reader's hand: rows that are there change in place, and that
// others have come or gone is said, not done.
(() => {
  const changed = document.getElementById("changed");
  const ids = (page) => [...page.querySelectorAll("tr[data-case]")].map((row) => row.dataset.case).join();
  let waiting = 0;

  function renew(fresh) {
    for (const id of ["state", "tiles"]) {
      const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
      if (old && now && old.innerHTML !== now.innerHTML && !old.contains(document.activeElement)) old.replaceChildren(...now.childNodes);
    }
    for (const row of document.querySelectorAll("tr[data-case]")) {
      const now = fresh.getElementById(row.id);
      if (now && !row.contains(document.activeElement) && !row.querySelector("input:checked")) {
        row.className = now.className;
        row.replaceChildren(...now.childNodes);
      }
    }
  }

  async function look() {
    const answer = await fetch("/live/worklist" + location.search, { redirect: "error" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    changed.toggleAttribute("data-quiet", ids(fresh) === ids(document));
    renew(fresh);
  }

  document.addEventListener("melanoscope:change", (event) => {
    if (new URLSearchParams(location.search).has("names")) {
      if (!event.detail.first) changed.removeAttribute("data-quiet"); // it may have: each look at names is logged
      return;
    }
    clearTimeout(waiting);
    waiting = setTimeout(() => look().catch(() => {}), 400); // what comes at once is looked at once
  });

  const all = document.getElementById("all");
  if (all) {
    all.hidden = false;
    all.addEventListener("change", (event) => {
      for (const box of document.querySelectorAll("#cases input[name=case]")) box.checked = event.target.checked;
    });
  }
})();
