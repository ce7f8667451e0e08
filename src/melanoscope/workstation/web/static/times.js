// Times are shown in words. The exact one on hover is the visitor's own; without scripts it is UTC.
(() => {
  const exact = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "long" });

  document.addEventListener("pointerover", (event) => {
    const time = event.target.closest("time");
    if (time) time.title = exact.format(new Date(time.dateTime));
  });
})();
