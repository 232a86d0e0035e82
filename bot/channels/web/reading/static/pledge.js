// The certificate. The name stays in this page: nothing here sends, stores or remembers anything.
"use strict";

(() => {
  const WIDTH = 1654; // A4 at 200 dots an inch
  const HEIGHT = 2339;
  const MARGIN = 190;
  const INK = "#26221d";
  const SOFT = "#655d53";
  const SERIF = '"Iowan Old Style", "Palatino Linotype", Palatino, "Noto Serif", Georgia, serif';

  const field = document.getElementById("signer-name");
  const signer = document.getElementById("signer");
  const certificate = document.getElementById("certificate");

  const part = (name) => certificate.querySelector(`[data-part="${name}"]`).textContent;
  const points = () =>
    [...certificate.querySelectorAll('[data-part="point"]')].map((item) => item.textContent);

  const wrapped = (pen, text, width) => {
    const lines = [];
    for (const word of text.split(/\s+/)) {
      const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
      if (lines.length && pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  };

  // Writes a text from `y` downwards and returns where the next one begins.
  const write = (pen, text, y, { size, weight = 400, color = INK, indent = 0, centered = true }) => {
    pen.font = `${weight} ${size}px ${SERIF}`;
    pen.fillStyle = color;
    pen.textAlign = centered ? "center" : "left";
    const x = centered ? WIDTH / 2 : MARGIN + indent;
    for (const line of wrapped(pen, text, WIDTH - 2 * MARGIN - indent)) {
      pen.fillText(line, x, y);
      y += size * 1.45;
    }
    return y;
  };

  // A long name gets smaller letters instead of a second line.
  const fitting = (pen, text, size) => {
    pen.font = `600 ${size}px ${SERIF}`;
    const wide = pen.measureText(text).width;
    return Math.min(size, (size * (WIDTH - 2 * MARGIN)) / Math.max(wide, 1));
  };

  const frame = (pen) => {
    pen.fillStyle = "#fdfbf7";
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    pen.strokeStyle = "#8b8072";
    pen.lineWidth = 3;
    pen.strokeRect(70, 70, WIDTH - 140, HEIGHT - 140);
    pen.strokeRect(92, 92, WIDTH - 184, HEIGHT - 184);
  };

  const paint = (canvas) => {
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    const pen = canvas.getContext("2d");
    frame(pen);
    write(pen, part("mark"), 300, { size: 38, color: SOFT });
    let y = write(pen, part("title"), 410, { size: 92, weight: 600 }) + 60;
    y = write(pen, part("opening"), y, { size: 46 }) + 30;
    points().forEach((point, place) => {
      write(pen, `${place + 1}.`, y, { size: 46, centered: false });
      y = write(pen, point, y, { size: 46, centered: false, indent: 70 }) + 22;
    });
    write(pen, part("closing"), y + 30, { size: 46 });
    write(pen, part("day"), 1800, { size: 42 });
    const size = fitting(pen, part("signer"), 64);
    write(pen, part("signer"), 1960, { size, weight: 600 });
    pen.fillRect(WIDTH / 2 - 380, 1990, 760, 3);
    write(pen, part("label"), 2045, { size: 34, color: SOFT });
    write(pen, part("unofficial"), 2190, { size: 32, color: SOFT });
  };

  const download = () => {
    const canvas = document.createElement("canvas");
    paint(canvas);
    canvas.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = "piagam-ikrar.png";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    }, "image/png");
  };

  field.value = "";
  field.addEventListener("input", () => {
    signer.textContent = field.value.trim().replace(/\s+/g, " ");
  });
  document.getElementById("png").addEventListener("click", download);
  document.getElementById("print").addEventListener("click", () => print());
  document.getElementById("maker").hidden = false;
})();
