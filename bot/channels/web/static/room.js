// Keeps the room up to date and sends its forms without leaving the page.
"use strict";

(() => {
  const cards = document.getElementById("cards");
  const empty = document.getElementById("empty");
  const notice = document.getElementById("notice");
  const failed = document.getElementById("failed");
  const pause = 2000;
  let looking = false;
  let sending = false;

  const fromHtml = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  };

  const look = async () => {
    if (looking || document.hidden) return;
    looking = true;
    try {
      const query = new URLSearchParams({
        sejak: cards.dataset.since,
        versi: cards.dataset.version,
      });
      const response = await fetch(`${location.pathname}?${query}`, {
        headers: { Accept: "application/json" },
      });
      if (response.status === 401) location.reload();
      if (response.status === 200) arrange(await response.json());
    } catch {
      // The server is away for a moment; the next look finds it again.
    } finally {
      looking = false;
    }
  };

  // A card in which somebody is writing is left alone until the writing is sent or given up.
  const inUse = (card) =>
    [...card.querySelectorAll("textarea")].some(
      (field) => field.value || field === document.activeElement,
    );

  const arrange = (answer) => {
    const known = new Map([...cards.children].map((card) => [card.dataset.id, card]));
    let skipped = false;
    for (const { id, version, html } of answer.cards) {
      const old = known.get(id);
      known.delete(id);
      if (!old) append(html);
      else if (old.dataset.version !== version) skipped = !replaceCard(old, html) || skipped;
    }
    for (const gone of known.values()) gone.remove();
    empty.hidden = cards.childElementCount > 0;
    if (!skipped) cards.dataset.version = answer.version;
  };

  const replaceCard = (old, html) => {
    if (inUse(old)) return false;
    const held = old.contains(document.activeElement);
    const card = fromHtml(html);
    old.replaceWith(card);
    if (held) card.focus({ preventScroll: true });
    return true;
  };

  // New cards come into view only for those who are already reading the end.
  const append = (html) => {
    const page = document.documentElement;
    const atEnd = page.scrollHeight - page.scrollTop - page.clientHeight < 160;
    cards.append(fromHtml(html));
    if (atEnd) page.scrollTop = page.scrollHeight;
  };

  const send = async (form, button) => {
    if (sending) return;
    sending = true;
    const body = new URLSearchParams(new FormData(form));
    if (button && button.name) body.set(button.name, button.value);
    notice.hidden = failed.hidden = true;
    try {
      const response = await fetch(location.pathname, {
        method: "POST",
        headers: { Accept: "application/json" },
        body,
      });
      const answer = await response.json();
      if (response.ok) done(form, answer);
      else refuse(answer);
    } catch {
      failed.hidden = false;
    }
    sending = false;
    await look();
  };

  const done = (form, answer) => {
    for (const name of ["langkah", "segel"]) form.elements[name].value = answer[name];
    if (!form.elements.text) return;
    form.elements.text.value = "";
    const answering = form.closest("details");
    if (!answering) return;
    answering.open = false;
    answering.querySelector("summary").focus();
  };

  const refuse = (answer) => {
    notice.textContent = answer.notice;
    notice.hidden = false;
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("form button");
    if (!button || !button.name) return;
    event.preventDefault();
    send(button.form, button);
  });

  document.addEventListener("submit", (event) => {
    if (event.target.hasAttribute("action")) return; // signing out and the like
    event.preventDefault();
    send(event.target, null);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (event.target.id !== "text") return;
    event.preventDefault();
    if (event.target.value.trim()) send(event.target.form, null);
  });

  const beginAnswer = (answering) => {
    answering.querySelector("textarea").focus({ preventScroll: true });
    answering.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener(
    "toggle",
    (event) => {
      if (event.target.open && event.target.classList.contains("answer")) beginAnswer(event.target);
    },
    true,
  );

  setInterval(look, pause);
  window.scrollTo(0, document.documentElement.scrollHeight);
})();
