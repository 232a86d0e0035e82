"""Records docs/walk.md: real questions, a real tip, and three times kill -9.

Run: ``python -m tests.end_to_end.record_walk > docs/walk.md`` (about a minute).
"""

import re
import sys
import tempfile
import time
from pathlib import Path

from tests.end_to_end.browserless import FormBrowser, Service
from tests.end_to_end.test_service import ANSWERS, STORY, receipt_on, wait_for_card

QUESTIONS = (
    "min, asn blh nyoblos kan",
    "sy disuruh kadis ikut kampanye cabup, gmn dong",
    "foto bareng cawali pas kondangan gpp kah",
    "boleh ikut acara partai ga",
    "cara masak rendang biar empuk gimana ya",
)
_AROUND = 3  # the first word, the consent, and "kirim"
_ARTICLE = re.compile(r"(?s)<article class=\"turn(?! you)[^\"]*\".*?</article>")
_CARD = re.compile(r"(?s)<article[^>]*>.*?</article>")


def shown(browser: FormBrowser, pattern: re.Pattern[str] = _ARTICLE) -> str:
    """What the assistant says on the page, as a quoted block."""
    whole, browser.page = browser.page, "\n".join(pattern.findall(browser.page))
    lines = browser.text().splitlines()
    browser.page = whole
    return "\n".join(f"    {line}" for line in lines)


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n\n")


def ask(service: Service) -> None:
    tell("## Five questions")
    person = FormBrowser(f"{service.origin}/obrolan")
    person.open()
    for question in QUESTIONS:
        person.types(question)
        tell(f"**Orang:** {question}")
        tell(shown(person))


def send_tip(service: Service) -> tuple[FormBrowser, str]:
    tell("## A tip, from the first sentence")
    person = FormBrowser(f"{service.origin}/obrolan")
    person.open()
    _say(person, "sampaikan")
    _press(person, "Lanjut tanpa nama")
    _say(person, STORY)
    while "Sudah benar?" not in person.text():
        seen = person.text()
        _say(person, ANSWERS[next(question for question in ANSWERS if question in seen)])
    tell("**Orang:** [Ya, kirim]")
    tell(
        f"Steps from the first word to the receipt: {person.posts + 1}, "
        f"of which questions answered: {person.posts + 1 - _AROUND}."
    )
    person.presses("Ya, kirim")
    tell("The service is killed with `kill -9` after its commit, as if the answer had been lost.")
    service.kill()
    service.start()
    tell("Started again. The browser posts the same form once more:")
    person.posts_again()
    tell(shown(person))
    return person, receipt_on(person.text())


def deliver_and_reply(service: Service, receipt: str) -> None:
    tell('`kill -9` again, between "kirim" and delivery, and started again.')
    service.kill()
    service.start()
    room = FormBrowser(service.room)
    wait_for_card(room, "spanduk")
    tell("## In the moderator room")
    tell(shown(room, _CARD))
    room.presses("Ambil")
    room.presses("Tanya balik")
    question = "Sejak tanggal berapa spanduknya terpasang?"
    room.types(question)
    tell(f"**Moderator:** [Ambil] [Tanya balik] {question}")
    tell("## Back with the receipt, on another phone")
    later = FormBrowser(f"{service.origin}/obrolan")
    later.open()
    _say(later, "cek")
    _say(later, receipt.upper())


def _say(person: FormBrowser, text: str) -> None:
    person.types(text)
    tell(f"**Orang:** {text}")
    tell(shown(person))


def _press(person: FormBrowser, label: str) -> None:
    person.presses(label)
    tell(f"**Orang:** [{label}]")
    tell(shown(person))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder), environment={"DELIVERY_DELAY": "14"})
        begun = time.monotonic()
        service.start()
        first = time.monotonic() - begun
        tell("# A recorded walk")
        tell(
            "Recorded from the running service (`python -m bot run`) by "
            "`python -m tests.end_to_end.record_walk`, with JavaScript off. "
            f"It was ready {first:.1f} s after its start."
        )
        try:
            ask(service)
            _person, receipt = send_tip(service)
            deliver_and_reply(service, receipt)
        finally:
            service.stop()


if __name__ == "__main__":
    main()
