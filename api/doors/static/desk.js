// The desk's own script: offers names as one types, and keeps a draft now and then. Without it every form works.
"use strict";
{
  const form = document.getElementById("edit");
  const PAUSE = 250, AUTOSAVE = 4000;

  const row = (list, one) => {
    const there = [...list.querySelectorAll("input")].find((input) => input.value === one.id);
    if (there) return there.closest("li");
    const item = document.createElement("li");
    const label = document.createElement("label");
    const input = document.createElement("input");
    const text = document.createElement("span");
    const name = document.createElement("bdi");
    const kind = document.createElement("span");
    label.className = "pick";
    input.type = list.dataset.one ? "radio" : "checkbox";
    input.name = list.dataset.field;
    input.value = one.id;
    kind.className = "kind";
    name.textContent = one.label;
    kind.textContent = one.type;
    text.append(name, " ", kind);
    label.append(input, " ", text);
    item.append(label);
    item.dataset.offered = "yes";
    list.append(item);
    return item;
  };

  const offer = (box, list, found) => {
    for (const item of list.querySelectorAll("li[data-offered]")) {
      if (!item.querySelector("input").checked) item.remove();
    }
    found.forEach((one) => row(list, one));
    let told = box.querySelector("[role=status]");
    if (!told) {
      told = document.createElement("p");
      told.setAttribute("role", "status");
      box.append(told);
    }
    told.textContent = found.length ? found.map((one) => one.label).join(", ") : form.dataset.none;
  };

  for (const box of form ? form.querySelectorAll(".finding") : []) {
    const input = box.querySelector("input");
    const list = box.closest("fieldset").querySelector(".picked");
    let timer = 0, asked = 0;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      const words = input.value.trim();
      if (!words) return;
      timer = setTimeout(async () => {
        const turn = ++asked;
        const query = new URLSearchParams({ q: words, types: box.dataset.types, lang: form.dataset.lang });
        const answer = await fetch(`${form.dataset.names}?${query}`).catch(() => null);
        if (answer && answer.ok && turn === asked) offer(box, list, await answer.json());
      }, PAUSE);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      input.dispatchEvent(new Event("input"));
    });
  }

  if (form && form.dataset.autosave) {
    const told = document.getElementById("kept");
    let timer = 0, busy = false, again = false, pressed = null;
    const beside = (pairs) => {
      for (const input of form.querySelectorAll("input[type=hidden][name^='was.'], input[type=hidden][name^='had.']")) input.remove();
      for (const [name, value] of pairs) {
        const input = document.createElement("input");
        Object.assign(input, { type: "hidden", name, value });
        form.append(input);
      }
    };
    const keep = async () => {
      if (busy) { again = true; return; }
      busy = true;
      const body = new URLSearchParams(new FormData(form));
      for (const name of [...body.keys()]) if (name.startsWith("find.")) body.delete(name);
      body.set("do", "autosave");
      const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
      if (answer && answer.status === 401) told.textContent = form.dataset.away;
      else if (answer && answer.ok) {
        const said = await answer.json();
        if (said.problem) told.textContent = said.problem;
        else if (said.rev) {
          form.elements.rev.value = said.rev;
          form.elements.key.value = said.key;
          beside(said.beside);
          told.textContent = said.told;
        }
      }
      busy = false;
      if (pressed) { form.requestSubmit(pressed); return; }
      if (again) { again = false; later(); }
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(keep, AUTOSAVE); };
    form.addEventListener("input", (event) => { if (!(event.target.name || "").startsWith("find.")) later(); });
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      // What is on its way would look like somebody else's.
      if (busy && !pressed) { event.preventDefault(); pressed = event.submitter; }
    });
  }
}
