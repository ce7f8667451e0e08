// One photograph sent until it has arrived: a lost connection is waited for, and the key lets the server take it once.

const AGAIN = new Set([0, 408, 429, 502, 503, 504]);
const LONGEST = 30_000;

export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

// The answer, as JSON; `Refused` with the server's sentence. `tell` hears "sending" with a share, "checking" and "lost".
export async function upload(fields, file, key, token, tell) {
  for (let wait = 1000; ; wait = Math.min(2 * wait, LONGEST)) {
    const answer = await once(fields, file, key, token, tell);
    if (answer.status === 201) return JSON.parse(answer.text);
    if (!AGAIN.has(answer.status)) throw new Refused(answer.status, detail(answer));
    tell("lost");
    await pause(wait);
  }
}

function once(fields, file, key, token, tell) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== "") body.append(name, value);
  body.append("photograph", file, file.name);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/uploads");
    request.setRequestHeader("Idempotency-Key", key);
    request.setRequestHeader("X-CSRF-Token", token);
    request.upload.onprogress = (event) => tell("sending", event.lengthComputable ? event.loaded / event.total : 0);
    request.upload.onload = () => tell("checking");
    request.onloadend = () => resolve({ status: request.status, text: request.responseText });
    request.send(body);
  });
}

function detail({ status, text }) {
  try {
    return JSON.parse(text).detail;
  } catch {
    return `HTTP ${status}`;
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    addEventListener("online", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
