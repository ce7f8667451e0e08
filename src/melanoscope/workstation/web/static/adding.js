// The adding page: files become rows of lesions, and each is sent by itself.

import { maps } from "./body_map.js";
import { dropped, photographs } from "./files.js";
import { Refused, upload } from "./upload.js";

const by = (id) => document.getElementById(id);
const form = by("adding");
const words = by("words").dataset;
const lesions = [];
const visit = crypto.getRandomValues(new Uint32Array(4)).join("-");
let token = form.elements.csrf.value;
let keys = 0;
let isSending = false;

class Lesion {
  constructor(place) {
    this.number = lesions.length + 1;
    this.place = place;
    this.element = by("lesion-card").content.firstElementChild.cloneNode(true);
    this.element.querySelector("h2").textContent = this.name;
    this.label = this.element.querySelector(".label");
    this.label.value = form.elements.label?.value ?? "";
    this.element.querySelector(".choose-place").addEventListener("click", () => choosePlace(this));
    this.element.querySelector(".lesion-head").hidden = Boolean(form.elements.of_lesion.value);
    by("lesions").append(this.element);
    lesions.push(this);
    this.show();
  }

  get name() {
    return `${words.lesion} ${this.number}`;
  }

  get fields() {
    return { lesion: this.number, label: this.label.value, ...this.place };
  }

  show() {
    const option = map && [...map.select.options].find((each) => each.value === this.place.site);
    this.element.querySelector(".site").textContent = this.place.site ? option.textContent : words.unplaced;
    this.element.hidden = !this.element.querySelector("li");
  }
}

class Row {
  constructor(file, lesion) {
    this.file = file;
    this.key = `${visit}-${++keys}`;
    this.element = by("file-row").content.firstElementChild.cloneNode(true);
    this.element.querySelector(".name").textContent = file.name;
    this.picture = this.element.querySelector("img");
    this.picture.addEventListener("load", () => URL.revokeObjectURL(this.picture.src));
    this.picture.src = URL.createObjectURL(file);
    this.bar = this.element.querySelector("progress");
    this.bar.setAttribute("aria-label", file.name);
    this.belongs = this.element.querySelector("select");
    this.belongs.addEventListener("change", () => this.move(lesions[this.belongs.value] ?? new Lesion(unplaced)));
    this.element.querySelector(".remove").addEventListener("click", () => this.remove());
    rows.add(this);
    this.tell("waiting");
    this.move(lesion);
  }

  move(lesion) {
    const former = this.lesion;
    this.lesion = lesion;
    lesion.element.querySelector(".files").append(this.element);
    for (const each of [former, lesion]) each?.show();
    listLesions();
  }

  remove() {
    rows.delete(this);
    this.element.remove();
    this.lesion.show();
    report();
  }

  tell(state, share = 0) {
    this.element.dataset.state = state;
    this.bar.hidden = state !== "sending" && state !== "checking";
    if (state === "sending") this.bar.value = share;
    else this.bar.removeAttribute("value");
    this.element.querySelector(".state").textContent = words[state] ?? "";
  }

  refuse(sentence) {
    this.tell("refused");
    this.element.querySelector(".state").textContent = sentence;
  }

  settle(answer) {
    this.isDone = true;
    this.tell("done");
    this.belongs.disabled = true;
    this.element.querySelector(".remove").remove();
    const state = this.element.querySelector(".state");
    state.textContent = answer.unreadable ? `${words.unreadable} ${answer.unreadable}` : words.added;
    if (form.hasAttribute("data-reads")) state.append(" ", link(words.case, answer.case));
    if (answer.copy) state.append(". ", answer.copy.is_same_file ? words.same : words.near);
    if (answer.copy && form.hasAttribute("data-reads")) state.append(" ", link(words.earlier, answer.copy.case));
  }
}

const rows = new Set();
const unplaced = { site: "", view: "", x: "", y: "" };
const [placeRoot] = document.querySelectorAll("[data-place]");
const map = placeRoot && maps.get(placeRoot);

function link(text, id) {
  const made = document.createElement("a");
  made.href = `/cases/${id}`;
  made.textContent = text;
  return made;
}

function choosePlace(lesion) {
  map.value = lesion.place;
  const dialog = by("place-dialog");
  const keep = () => ((lesion.place = map.value), lesion.show());
  dialog.addEventListener("close", keep, { once: true });
  dialog.showModal();
}

function listLesions() {
  for (const row of rows) {
    const options = lesions.map((each) => new Option(each.name, each.number - 1));
    row.belongs.replaceChildren(...options, new Option(words.another, "another"));
    row.belongs.value = row.lesion.number - 1;
    row.belongs.hidden = Boolean(form.elements.of_lesion.value);
  }
  by("lesions").hidden = !rows.size;
}

function take(files) {
  const isOne = form.elements.of_lesion.value || form.elements.one_lesion.value === "true";
  for (const file of photographs(files)) {
    const shared = isOne && lesions.find((each) => !each.element.hidden);
    new Row(file, shared || new Lesion(unplaced));
  }
  report();
}

function report() {
  const all = rows.size;
  const done = [...rows].filter((row) => row.isDone).length;
  by("progress").textContent = all ? words.progress.replace("{done}", done).replace("{all}", all) : "";
  by("next").hidden = !all || done < all;
  by("send").disabled = isSending || (all > 0 && done === all);
}

function about() {
  const names = ["reference", "name", "birth_year", "sex", "history", "of_patient", "of_lesion"];
  return Object.fromEntries(names.map((name) => [name, form.elements[name]?.value.trim() ?? ""]));
}

async function send() {
  isSending = true;
  report();
  for (const row of rows) {
    if (row.isDone) continue;
    try {
      const fields = { visit, ...about(), ...row.lesion.fields };
      row.settle(await upload(fields, row.file, row.key, token, (state, share) => row.tell(state, share)));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      row.refuse(error.status === 401 || error.status === 403 ? words.login : error.message);
      if (error.status !== 422) break;
    }
    report();
  }
  isSending = false;
  if ([...rows].some((row) => !row.isDone)) by("send").textContent = words.again;
  report();
}

// A session that began anew has another token; the page that the server gives now has it.
async function renewToken() {
  const answer = await fetch("/add");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  token = page.querySelector("#adding input[name=csrf]")?.value ?? token;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (isSending || !rows.size) return;
  if ([...rows].some((row) => row.element.dataset.state === "refused")) await renewToken().catch(() => null);
  await send();
});
for (const id of ["photographs", "folder", "camera"]) {
  by(id).addEventListener("change", (event) => {
    take(event.target.files);
    event.target.value = "";
  });
}
addEventListener("paste", (event) => take(event.clipboardData.files));
addEventListener("dragover", (event) => {
  event.preventDefault();
  by("drop").classList.add("over");
});
addEventListener("dragleave", (event) => event.relatedTarget ?? by("drop").classList.remove("over"));
addEventListener("drop", async (event) => {
  event.preventDefault();
  by("drop").classList.remove("over");
  take(await dropped(event.dataTransfer));
});
addEventListener("beforeunload", (event) => isSending && event.preventDefault());

by("photographs").required = false;
if (placeRoot) {
  by("place-here").append(placeRoot);
  by("one-place").remove();
}
