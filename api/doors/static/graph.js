// Makes a PNG of the picture as it is served, with the letters of the reader's own device. Without it, SVG is there.
"use strict";
{
  const [SHARP, MOST] = [2, 8192];
  const button = document.getElementById("png");
  const said = document.getElementById("png-said");

  const png = async () => {
    const answer = await fetch(button.dataset.svg);
    if (!answer.ok) throw new Error(`${answer.status}`);
    const source = URL.createObjectURL(await answer.blob());
    const image = new Image();
    image.src = source;
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    const scale = Math.min(SHARP, MOST / width, MOST / height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(source);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  };

  if (button) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      said.textContent = "";
      try {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(await png());
        link.download = button.dataset.name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      } catch {
        said.textContent = button.dataset.failed;
      }
    });
  }
}
