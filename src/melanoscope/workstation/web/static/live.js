// Keeps a page up to date: one connection for all tabs of a browser, the count of unacknowledged alerts in the title, and
// a polite word when there is a new one. Pages listen for the event "melanoscope:change" on the document.
(() => {
  const lead = /^\(\d+\) /;
  const channel = new BroadcastChannel("melanoscope");
  const said = document.getElementById("live");
  let [alerts, begun, last] = [null, false, null];

  function told(state) {
    if ("alerts" in state) {
      document.title = (state.alerts ? `(${state.alerts}) ` : "") + document.title.replace(lead, "");
      if (alerts !== null && state.alerts > alerts) said.textContent = said.dataset.alert.replace("#", state.alerts);
      alerts = state.alerts;
    }
    document.dispatchEvent(new CustomEvent("melanoscope:change", { detail: { first: !begun } }));
    begun = true;
  }

  function listen() {
    const source = new EventSource("/live/events");
    source.addEventListener("change", (event) => {
      last = JSON.parse(event.data);
      told(last);
      channel.postMessage(last);
    });
    addEventListener("pagehide", () => source.close());
  }

  // A tab that has just opened asks; the one that has the connection answers.
  channel.onmessage = (event) => (event.data ? told(event.data) : last && channel.postMessage(last));
  channel.postMessage(null);
  // Whoever holds the lock has the connection; when its tab goes, another takes it. There are no locks without HTTPS.
  if (navigator.locks) navigator.locks.request("melanoscope-live", () => new Promise(listen));
  else listen();
})();
