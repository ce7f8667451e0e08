// The photograph with zoom and pan: wheel, pinch, drag, keys and buttons; a slider fades in the activation map.
"use strict";
{
  const LARGEST = 16, STEP = 1.25, MOVE = 60;
  const NICE = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50];

  function view(figure) {
    const stage = figure.querySelector(".stage"), layers = figure.querySelector(".layers");
    const photo = figure.querySelector(".photo"), bar = figure.querySelector(".scale");
    const pixel = Number(figure.dataset.pixelMm);
    const fingers = new Map();
    let zoom = 1, x = 0, y = 0;

    const fitted = () => Math.min(stage.clientWidth / photo.naturalWidth, stage.clientHeight / photo.naturalHeight);

    function draw() {
      const spare = (size) => (size * (zoom - 1)) / 2;
      x = Math.max(-spare(stage.clientWidth), Math.min(spare(stage.clientWidth), x));
      y = Math.max(-spare(stage.clientHeight), Math.min(spare(stage.clientHeight), y));
      stage.toggleAttribute("data-zoomed", zoom > 1);
      layers.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
      if (pixel && photo.naturalWidth) drawScale(pixel / (fitted() * zoom));
    }

    // The longest nice length that takes no more than a third of the stage; `mm` is a screen pixel on the skin.
    function drawScale(mm) {
      const length = NICE.findLast((each) => each / mm <= stage.clientWidth / 3) ?? NICE[0];
      bar.hidden = false;
      bar.style.width = `${length / mm}px`;
      bar.firstElementChild.textContent = `${length.toLocaleString(document.documentElement.lang)} mm`;
    }

    // What lies at (cx, cy), measured from the middle of the stage, stays there.
    function zoomTo(wanted, cx = 0, cy = 0) {
      const to = Math.max(1, Math.min(LARGEST, wanted));
      x = cx - ((cx - x) * to) / zoom;
      y = cy - ((cy - y) * to) / zoom;
      zoom = to;
      draw();
    }

    function fromMiddle(event) {
      const box = stage.getBoundingClientRect();
      return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
    }

    const actions = {
      in: () => zoomTo(zoom * STEP),
      out: () => zoomTo(zoom / STEP),
      fit: () => zoomTo(1),
      pixels: () => zoomTo(1 / (fitted() * devicePixelRatio)),
    };
    const moves = { ArrowLeft: [MOVE, 0], ArrowRight: [-MOVE, 0], ArrowUp: [0, MOVE], ArrowDown: [0, -MOVE] };
    const keys = { "+": actions.in, "=": actions.in, "-": actions.out, 0: actions.fit, 1: actions.pixels };

    stage.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const move = zoom > 1 && moves[event.key];
      if (!move && !keys[event.key]) return;
      event.preventDefault();
      if (move) { x += move[0]; y += move[1]; draw(); } else keys[event.key]();
    });
    stage.addEventListener("wheel", (event) => {
      if (zoom === 1 && event.deltaY > 0) return; // all of it is seen: the page scrolls
      event.preventDefault();
      zoomTo(zoom * Math.exp(-event.deltaY / 400), ...fromMiddle(event));
    }, { passive: false });
    stage.addEventListener("dblclick", (event) => zoomTo(zoom > 1 ? 1 : 3, ...fromMiddle(event)));
    stage.addEventListener("pointerdown", (event) => {
      fingers.set(event.pointerId, fromMiddle(event));
      stage.setPointerCapture(event.pointerId);
    });
    stage.addEventListener("pointermove", (event) => {
      if (!fingers.has(event.pointerId)) return;
      const before = [...fingers.values()];
      fingers.set(event.pointerId, fromMiddle(event));
      const after = [...fingers.values()];
      const middle = (points) => [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
      const [was, is] = [middle(before), middle(after)];
      x += is[0] - was[0];
      y += is[1] - was[1];
      const apart = ([a, b]) => Math.hypot(a[0] - b[0], a[1] - b[1]);
      zoomTo(before.length === 2 ? zoom * (apart(after) / Math.max(apart(before), 1)) : zoom, ...is);
    });
    for (const over of ["pointerup", "pointercancel"]) {
      stage.addEventListener(over, (event) => fingers.delete(event.pointerId));
    }
    for (const button of figure.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", actions[button.dataset.zoom]);
    }
    const map = figure.querySelector(".map");
    figure.querySelector(".fade input")?.addEventListener("input", (event) => {
      map.hidden = false;
      map.style.opacity = event.target.value / 100;
    });
    photo.addEventListener("load", draw);
    new ResizeObserver(draw).observe(stage);
  }

  document.querySelectorAll(".viewer").forEach(view);
}
