// The later photograph over the earlier one: a slider fades between them, and the later one can be moved and sized.
"use strict";
{
  const MOVE = 4, GROW = 1.02;
  const section = document.getElementById("blend");
  const stage = section.querySelector(".stage"), over = section.querySelector(".over");
  const slider = section.querySelector("input");
  let x = 0, y = 0, size = 1, held = null;

  const draw = () => { over.style.transform = `translate(${x}px, ${y}px) scale(${size})`; };
  const fade = () => { over.style.opacity = slider.value / 100; };
  const keys = {
    ArrowLeft: () => { x -= MOVE; }, ArrowRight: () => { x += MOVE; },
    ArrowUp: () => { y -= MOVE; }, ArrowDown: () => { y += MOVE; },
    "+": () => { size *= GROW; }, "=": () => { size *= GROW; }, "-": () => { size /= GROW; },
    0: () => { x = y = 0; size = 1; },
  };

  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
    draw();
  });
  stage.addEventListener("pointerdown", (event) => {
    held = [event.clientX - x, event.clientY - y];
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!held) return;
    [x, y] = [event.clientX - held[0], event.clientY - held[1]];
    draw();
  });
  for (const done of ["pointerup", "pointercancel"]) stage.addEventListener(done, () => { held = null; });
  slider.addEventListener("input", fade);
  fade();
}
