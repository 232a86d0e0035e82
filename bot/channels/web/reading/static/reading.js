// Buttons that only work with a script: print, copy the address, the answer card as a PNG.
"use strict";

(() => {
  const each = (selector, arrange) => {
    for (const button of document.querySelectorAll(selector)) {
      button.hidden = false;
      arrange(button);
    }
  };

  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  const draw = (address, name) => {
    const picture = new Image();
    picture.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = picture.naturalWidth;
      canvas.height = picture.naturalHeight;
      canvas.getContext("2d").drawImage(picture, 0, 0);
      canvas.toBlob((blob) => save(blob, name), "image/png");
    };
    picture.src = address;
  };

  each("[data-print]", (button) => button.addEventListener("click", () => print()));
  each("[data-card]", (button) =>
    button.addEventListener("click", () => draw(button.dataset.card, button.dataset.name)),
  );
  if (navigator.clipboard) {
    each("[data-link]", (button) =>
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(location.origin + location.pathname);
        button.textContent = button.dataset.done;
      }),
    );
  }
})();
