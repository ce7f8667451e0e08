// What was typed is not lost where the answer is an error page: it is filled in again when its form is shown next.
// It is kept in this tab alone, until the form has been accepted or the person logs out; passwords and files never are.

const KEY = "draft";
const actor = document.body.dataset.actor ?? "";
const refused = document.querySelector("[data-refused]");

function written(form) {
  const controls = [...form.elements].filter((each) => each.name && !["password", "file", "hidden"].includes(each.type));
  return controls.map((each) => [each.name, each.type, each.value, each.checked === true]);
}

function fill(form, fields) {
  for (const [name, type, value, checked] of fields) {
    const found = [...form.elements].filter((each) => each.name === name && each.type === type);
    const choice = ["checkbox", "radio"].includes(type);
    const control = choice ? found.find((each) => each.value === value) : found[0];
    if (control && choice) control.checked = checked;
    else if (control) control.value = value;
  }
}

function restore(form, fields) {
  fill(form, fields);
  form.closest("details")?.setAttribute("open", "");
  form.prepend(document.getElementById("restored").content.cloneNode(true));
}

document.addEventListener("submit", ({ target: form }) => {
  if (form.getAttribute("action") === "/logout") sessionStorage.removeItem(KEY);
  else if (form.querySelector("textarea")) {
    sessionStorage.setItem(KEY, JSON.stringify({ actor, action: form.getAttribute("action"), fields: written(form) }));
  }
});

const draft = JSON.parse(sessionStorage.getItem(KEY));
if (draft && refused) sessionStorage.setItem(KEY, JSON.stringify({ ...draft, refused: true }));
else if (draft && actor) {
  const form = [...document.forms].find((each) => each.getAttribute("action") === draft.action);
  const theirs = draft.refused && draft.actor === actor;
  if (theirs && form) restore(form, draft.fields);
  if (!theirs || form) sessionStorage.removeItem(KEY);
}
