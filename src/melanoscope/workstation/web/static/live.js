// Keeps a page up to date: one connection for all tabs of a browser, the count of unacknowledged alerts in the title, and
// a polite word when there is a new one, or when the connection is broken and when it is back. Pages listen for the event
// "melanoscope:change" on the document.
(() => {
  const lead = /^\(\d+\) /;
  const channel = new BroadcastChannel("melanoscope");
  const said = document.getElementById("live");
  const connection = document.getElementById("connection");
  const PATIENCE = 30_000, AGAIN = 10_000, SHOWN = 10_000; // milliseconds; the server is heard every ten seconds
  let [alerts, begun, last, broken] = [null, false, null, false];

  function told(state) {
    if ("broken" in state) {
      if (state.broken !== broken) say((broken = state.broken));
      return;
    }
    if ("alerts" in state) {
      document.title = (state.alerts ? `(${state.alerts}) ` : "") + document.title.replace(lead, "");
      if (alerts !== null && state.alerts > alerts) said.textContent = said.dataset.alert.replace("#", state.alerts);
      alerts = state.alerts;
    }
    document.dispatchEvent(new CustomEvent("melanoscope:change", { detail: { first: !begun } }));
    begun = true;
  }

  function say(broken) {
    const note = document.createElement("p");
    note.className = "note";
    note.textContent = broken ? connection.dataset.broken : connection.dataset.back;
    connection.replaceChildren(note);
    if (!broken) setTimeout(() => note.remove(), SHOWN);
  }

  function tell(state) {
    told(state);
    channel.postMessage(state);
  }

  // A browser gives up after some errors, and does not notice all: what is silent for long is begun anew.
  function listen() {
    let source, silence;

    function heard() {
      clearTimeout(silence);
      silence = setTimeout(beginAnew, PATIENCE);
      if (broken) tell({ broken: false });
    }

    function begin() {
      source = new EventSource("/live/events");
      source.addEventListener("open", heard);
      source.addEventListener("beat", heard);
      source.addEventListener("change", (event) => {
        heard();
        tell((last = JSON.parse(event.data)));
      });
    }

    function beginAnew() {
      if (!broken) tell({ broken: true });
      silence = setTimeout(beginAnew, AGAIN);
      source.close();
      begin();
    }

    silence = setTimeout(beginAnew, PATIENCE);
    begin();
    addEventListener("pagehide", () => source.close());
  }

  // A tab that has just opened asks; the one that has the connection answers.
  function answer() {
    if (last) channel.postMessage(last);
    if (broken) channel.postMessage({ broken });
  }

  channel.onmessage = (event) => (event.data ? told(event.data) : answer());
  channel.postMessage(null);
  // Whoever holds the lock has the connection; when its tab goes, another takes it. There are no locks without HTTPS.
  if (navigator.locks) navigator.locks.request("melanoscope-live", () => new Promise(listen));
  else listen();
})();
