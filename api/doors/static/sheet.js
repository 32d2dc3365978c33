// Columns of a table are dragged onto our fields. Without it, or by keyboard, each column has a list to choose from.
"use strict";
{
  const form = document.getElementById("columns");
  const panel = form.querySelector(".zones");
  const rows = [...form.querySelectorAll(".keys > li")];
  const zones = new Map();

  const show = () => {
    for (const [value, zone] of zones) {
      const named = rows.filter((row) => row.querySelector("select").value === value).map((row) => row.dataset.key);
      zone.classList.toggle("taken", named.length > 0);
      zone.querySelector(".of").textContent = named.length ? named.join(", ") : panel.dataset.empty;
    }
  };

  const first = rows.length ? [...rows[0].querySelector("select").options] : [];
  for (const option of first) {
    if (!option.value) continue;
    const zone = document.createElement("div");
    const name = document.createElement("span");
    const of = document.createElement("span");
    zone.className = "zone";
    zone.dataset.value = option.value;
    of.className = "of";
    name.textContent = option.textContent;
    zone.append(name, of);
    panel.append(zone);
    zones.set(option.value, zone);
  }

  const under = (event) => {
    const there = document.elementFromPoint(event.clientX, event.clientY);
    return there ? there.closest(".zone") : null;
  };
  for (const row of rows) {
    const grip = row.querySelector(".grip");
    const select = row.querySelector("select");
    let dragging = false;
    const mark = (zone) => { for (const one of zones.values()) one.classList.toggle("over", one === zone); };
    const end = () => { dragging = false; row.classList.remove("dragged"); mark(null); };
    grip.hidden = false;
    grip.addEventListener("pointerdown", (event) => {
      dragging = true;
      grip.setPointerCapture(event.pointerId);
      row.classList.add("dragged");
      event.preventDefault();
    });
    grip.addEventListener("pointermove", (event) => { if (dragging) mark(under(event)); });
    grip.addEventListener("pointerup", (event) => {
      const zone = dragging ? under(event) : null;
      end();
      if (!zone) return;
      // What stood there goes back to the others.
      for (const other of rows) {
        const theirs = other.querySelector("select");
        if (theirs.value === zone.dataset.value) theirs.value = "";
      }
      select.value = zone.dataset.value;
      show();
    });
    grip.addEventListener("pointercancel", end);
    select.addEventListener("change", show);
  }
  panel.hidden = false;
  show();
}
