// The running chat. Without this script every exchange is a page of its own.
"use strict";

(() => {
  const form = document.getElementById("tulis");
  const field = document.getElementById("text");
  const chooser = document.getElementById("berkas"); // null where no files are taken
  const log = document.getElementById("log");
  const notice = document.getElementById("notice");
  const failed = document.getElementById("failed");
  const waiting = document.getElementById("waiting");
  const queue = [];
  let busy = false;

  const gentle = () =>
    matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

  const show = (element, visible) => {
    element.hidden = !visible;
  };

  const bringUp = (element) => element.scrollIntoView({ block: "start", behavior: gentle() });

  const fromHtml = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  };

  const revealCopy = (turn) => {
    for (const button of turn.querySelectorAll(".copy")) button.hidden = false;
  };

  const bubbleOf = (shown) => {
    const turn = document.getElementById("mine").content.firstElementChild.cloneNode(true);
    turn.firstElementChild.append(shown);
    return turn;
  };

  // A failed message stays at the head of the queue and is sent again under the same step, so that
  // the server knows it as a repeat; only then does the next one get its turn.
  const say = (message) => {
    const turn = bubbleOf(message.shown);
    log.append(turn);
    bringUp(turn);
    queue.push({ ...message, turn });
    drain();
  };

  const drain = async () => {
    if (busy) return;
    busy = true;
    show(failed, false);
    show(notice, false);
    const patience = setTimeout(() => show(waiting, true), 400);
    try {
      while (queue.length && (await deliver(queue[0]))) queue.shift();
    } catch {
      show(failed, true);
    } finally {
      clearTimeout(patience);
      show(waiting, false);
      busy = false;
    }
  };

  const deliver = async (message) => {
    const files = message.files || [];
    const body = files.length ? new FormData() : new URLSearchParams();
    for (const name of ["obrolan", "langkah", "segel"]) body.set(name, form.elements[name].value);
    body.set(message.choice ? "pilihan" : "text", message.choice || message.text);
    for (const file of files) body.append("berkas", file); // after the fields that prove the form
    const response = await fetch("/obrolan", {
      method: "POST",
      headers: { Accept: "application/json" },
      body,
    });
    const answer = await response.json();
    if (response.ok) {
      take(answer, message);
      return true;
    }
    if (response.status >= 500) throw new Error("unavailable");
    refuse(answer, message);
    return false;
  };

  const take = (answer, message) => {
    for (const name of ["obrolan", "langkah", "segel"]) form.elements[name].value = answer[name];
    if (answer.clears) log.replaceChildren();
    const replaced = answer.bubbles.map((bubble) => place(bubble, message)).find(Boolean);
    if (replaced) message.turn.remove();
    bringUp(replaced || (answer.clears ? log : message.turn));
  };

  // Puts one reply in its place; gives the new bubble when it took the place of the old one, whose
  // button then speaks for the person.
  const place = (bubble, message) => {
    const turn = fromHtml(bubble.html);
    turn.tabIndex = -1;
    revealCopy(turn);
    const old = bubble.replaces && message.button && message.button.closest(".turn");
    if (!old || !old.isConnected) {
      log.append(turn);
      return null;
    }
    const held = old.contains(document.activeElement);
    old.replaceWith(turn);
    if (held) turn.focus({ preventScroll: true });
    return turn;
  };

  const refuse = (answer, message) => {
    queue.length = 0;
    message.turn.remove();
    if (message.text && !field.value) field.value = message.text;
    notice.textContent = answer.notice + " ";
    if (answer.final) notice.append(document.getElementById("start-over").content.cloneNode(true));
    show(notice, true);
  };

  const sendWritten = () => {
    const text = field.value.trim();
    const files = chooser ? [...chooser.files] : [];
    if (!text && !files.length) return;
    field.value = "";
    if (files.length) putAway();
    field.focus();
    const count = files.length ? form.dataset.attached.replace("{count}", files.length) : "";
    say({ text, choice: "", shown: [text, count].filter(Boolean).join(" · "), files });
  };

  const putAway = () => {
    chooser.value = "";
    chooser.closest("details").open = false;
  };

  const press = (button) => {
    const choice = button.name === "pilihan" ? button.value : "";
    const text = choice ? "" : button.value;
    say({ text, choice, shown: button.textContent.trim(), button });
  };

  const copy = async (button) => {
    const words = button.parentElement.querySelector(".receipt");
    try {
      await navigator.clipboard.writeText(words.innerText.trim());
      button.textContent = button.dataset.done;
    } catch {
      getSelection().selectAllChildren(words);
    }
  };

  const leave = (link) => {
    document.body.hidden = true;
    log.replaceChildren();
    window.top.location.replace(link.href);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendWritten();
  });

  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sendWritten();
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest("button, #keluar, .attach summary");
    if (!target) return;
    if (target.id === "retry") drain();
    else if (target.tagName === "SUMMARY") target.parentElement.open || chooser.click();
    else if (target.classList.contains("copy")) copy(target);
    else if (target.id === "keluar") {
      event.preventDefault();
      leave(target);
    } else if (target.name) {
      event.preventDefault();
      press(target);
    }
  });

  revealCopy(log);
})();
