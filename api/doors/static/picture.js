// Shows a picture before it is sent, and lets its focal point be set by a click. Without it, numbers do.
"use strict";
{
  const form = document.getElementById("picture");
  const box = form.querySelector(".preview");
  const [image, focus] = [box.querySelector("img"), box.querySelector(".focus")];
  const [x, y] = [form.elements.focalX, form.elements.focalY];

  const mark = () => {
    const there = x.value !== "" && y.value !== "";
    focus.hidden = !there;
    if (there) {
      focus.style.setProperty("left", `${x.value}%`);
      focus.style.setProperty("top", `${y.value}%`);
    }
  };

  form.elements.file.addEventListener("change", () => {
    const [file] = form.elements.file.files;
    if (image.src) URL.revokeObjectURL(image.src);
    box.hidden = !file;
    if (file) image.src = URL.createObjectURL(file);
    mark();
  });
  image.addEventListener("click", (event) => {
    const place = image.getBoundingClientRect();
    x.value = Math.round(((event.clientX - place.left) / place.width) * 100);
    y.value = Math.round(((event.clientY - place.top) / place.height) * 100);
    mark();
  });
  for (const one of [x, y]) one.addEventListener("input", mark);
}
