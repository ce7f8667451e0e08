// Lets a place be chosen on the body map: by pointer, or by arrow keys; the select of sites says the same.

const NUDGE = 0.01;
const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

class BodyMap {
  constructor(root) {
    this.select = root.querySelector("select[name=site]");
    this.fields = Object.fromEntries(["view", "x", "y"].map((name) => [name, root.querySelector(`input[name=${name}]`)]));
    this.map = root.querySelector(".body-map");
    this.regions = [...root.querySelectorAll(".region")];
    this.select.addEventListener("change", () => this.chooseSite());
    this.map.addEventListener("click", (event) => this.clicked(event));
    this.map.addEventListener("keydown", (event) => this.pressed(event));
    this.show();
  }

  get value() {
    const { view, x, y } = this.fields;
    return { site: this.select.value, view: view.value, x: x.value, y: y.value };
  }

  set value(place) {
    if (place.site && ![...this.select.options].some((each) => each.value === place.site)) {
      this.select.add(new Option(place.site, place.site));
    }
    this.select.value = place.site;
    for (const name of ["view", "x", "y"]) this.fields[name].value = place[name];
    this.show();
  }

  chooseSite() {
    const region = this.regions.find((each) => each.dataset.site === this.select.value);
    if (region) this.choose(region);
    else this.value = { site: this.select.value, view: "", x: "", y: "" };
  }

  choose(region, x = region.dataset.x, y = region.dataset.y) {
    this.value = { site: region.dataset.site, view: region.dataset.view, x: Number(x).toFixed(4), y: Number(y).toFixed(4) };
  }

  clicked(event) {
    const region = event.target.closest(".region");
    if (!region) return;
    const box = region.ownerSVGElement.getBoundingClientRect();
    this.choose(region, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    region.focus();
  }

  pressed(event) {
    const step = STEPS[event.key];
    const region = event.target.closest(".region");
    if (!region || !(step || event.key === " " || event.key === "Enter")) return;
    event.preventDefault();
    if (!step) this.choose(region);
    else if (event.shiftKey) this.nudge(step);
    else this.walk(region, step[0] + step[1]);
  }

  walk(region, by) {
    const next = this.regions[(this.regions.indexOf(region) + by + this.regions.length) % this.regions.length];
    this.choose(next);
    next.focus();
  }

  nudge([right, down]) {
    const { x, y } = this.fields;
    const moved = (field, by) => Math.min(1, Math.max(0, Number(field.value) + by * NUDGE)).toFixed(4);
    this.value = { ...this.value, x: moved(x, right), y: moved(y, down) };
  }

  show() {
    const { site, view, x, y } = this.value;
    const isChosen = (region) => region.dataset.site === site && (!view || region.dataset.view === view);
    const chosen = this.regions.find(isChosen);
    for (const region of this.regions) {
      region.setAttribute("aria-checked", String(region === chosen));
      region.tabIndex = region === (chosen ?? this.regions[0]) ? 0 : -1;
    }
    for (const svg of this.map.querySelectorAll("svg")) {
      const box = svg.viewBox.baseVal;
      const isHere = view && svg.dataset.view === view;
      const mark = svg.querySelector("circle.mark");
      mark.setAttribute("cx", isHere ? x * box.width : -20);
      mark.setAttribute("cy", isHere ? y * box.height : -20);
      mark.toggleAttribute("hidden", !isHere);
    }
  }
}

export const maps = new Map();
for (const root of document.querySelectorAll("[data-place]")) maps.set(root, new BodyMap(root));
