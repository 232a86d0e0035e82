"""The rules for everything beside topics, each with a broken file and the exact line."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content_check import check_all, form_problems, region_problems, word_problems
from bot.knowledge.check import Problem, check_content
from bot.knowledge.checking.said import Said, calls, fields_of
from bot.knowledge.checking.shown import ShownRules
from bot.knowledge.checking.wording import read_wording, wording_problems
from tests.conftest import CONTENT
from tests.content.conftest import line_of

CONTACT = "    - {name: a, kind: laman, value: b, checked: 2026-11-21, source: c}\n"
SAID = (
    Said(re.compile(r"tip\.saved"), frozenset({"desk"}), "tip.saved"),
    Said(re.compile(r"tip\.fields\..+\.ask"), frozenset()),
)


def _wording(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    (tmp_path / "tip.yaml").write_text(text, encoding="utf-8")
    found: list[Problem] = []
    files = read_wording(tmp_path, found)
    found += wording_problems(files, ShownRules({}), SAID)
    return [(problem.line, problem.message) for problem in found]


def test_a_field_that_the_program_fills_in(tmp_path: Path) -> None:
    assert _wording(tmp_path, 'saved: "Tersimpan untuk {desk}."') == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("fields: {place: {ask: 'Di mana {desk}?'}}", "isian {desk} tidak dikenal"),
        ("note: 'Hai {nama}.'", "isian {nama} tidak dikenal"),
        ("note: 'Kurang {desk'", "kurawal"),
        ("note: 'Ini *tebal.'", "tidak berpasangan"),
        ("note: ''", "kosong"),
        ("note: 'Terima kasih \U0001f64f'", "emoji"),
        ("note: 'Lapor ke KASN.'", "BKN"),
        ("note: [", "salah tulis"),
    ],
)
def test_wording_is_checked_line_by_line(tmp_path: Path, line: str, says: str) -> None:
    found = _wording(tmp_path, f'# catatan\nsaved: "{{desk}}"\n{line}\n')
    assert any(says in message and number >= 3 for number, message in found), found


def test_a_sentence_that_the_program_says_must_exist(tmp_path: Path) -> None:
    assert _wording(tmp_path, "other: Halo.") == [
        (1, "kalimat tip.saved dipakai program tetapi belum ada.")
    ]


def test_fields_are_read_from_the_source(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(
        "wording.say('tip.a', desk=d)\nsay(f'tip.b.{x}', day=d)\nText.plain('x.y')\n"
        "wording.plain('tip.c')\nsay(key, name=n)\nself.say(f'web.{key}', **fields)\n",
        encoding="utf-8",
    )
    found = list(calls([tmp_path]))
    assert fields_of("tip.a", found) == {"desk"}
    assert fields_of("tip.b.x", found) == {"day"}
    assert fields_of("tip.c", found) == fields_of("web.z", found) == {"desk", "day", "name"}
    assert {call.key for call in found if call.key} == {"tip.a", "tip.c"}


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A copy of the real content without its topics, but one."""
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder, ignore=shutil.ignore_patterns("faq", "*.npz"))
    (folder / "faq" / "medsos").mkdir(parents=True)
    name = "medsos-like-unggahan-calon.md"
    shutil.copy(CONTENT / "faq" / "medsos" / name, folder / "faq" / "medsos" / name)
    return folder


Rule = Callable[[Path], object]
# file, what is replaced, by what, words in the line that must be named, words of the message
BROKEN = {
    "category without a name": ("categories.yaml", "medsos:", "medsoss:", None, "medsos belum ada"),
    "law without a status": (
        "law/instruments.yaml",
        "  status: berlaku",
        "  status: segar",
        "uu-20-2023:",
        "status",
    ),
    "law changed by an unknown one": (
        "law/instruments.yaml",
        "by: [uu-20-2023]",
        "by: [uu-21-2099]",
        "uu-21-2099",
        "tidak ada di daftar",
    ),
    "article map": (
        "law/article-map.yaml",
        "to: uu-20-2023",
        "to: uu-99-2099",
        "uu-99-2099",
        "tidak ada di daftar",
    ),
    "successor of an institution": (
        "institutions.yaml",
        "replaced_by: bkn",
        "replaced_by: bkx",
        "bkx",
        "bkx tidak ada",
    ),
    "contact without a date": (
        "institutions.yaml",
        "      checked: 2026-11-21\n",
        "",
        "value: https",
        "checked",
    ),
    "out-of-scope line": (
        "out-of-scope.tsv",
        "near\tguru",
        "dekat\tguru",
        "dekat\tguru",
        "tulis near atau far",
    ),
    "slang line": ("slang.tsv", "acc\tdisetujui", "acc disetujui", "acc disetujui", "satu tab"),
    "item number around the answers": (
        "socialisation/siaran.md",
        "\n---\n",
        "\n---\nItu melanggar B.6.\n",
        "B.6",
        "nomor butir",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_each_file_names_its_line(case: str, real: Path) -> None:
    name, old, new, place, says = BROKEN[case]
    text = (real / name).read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new, 1)
    (real / name).write_text(text, encoding="utf-8")
    found = [p for p in check_content(real) if p.severity == "galat" and says in p.message]
    if place is None:
        assert {p.path.parent.name for p in found} == {"medsos"}
    else:
        assert (real / name, line_of(text, place)) in {(p.path, p.line) for p in found}, found


def test_ask_backs_name_real_topics_and_fit_a_button(real: Path) -> None:
    path = real / "faq" / "ask-back.yaml"
    text = (
        "- pair: [medsos-like-unggahan-calon, medsos-hilang]\n"
        "  facet: beda\n  ask: Lapor ke KASN?\n"
        "  choices:\n    Sebuah label yang jauh terlalu panjang: medsos-like-unggahan-calon\n"
        "    Pendek: medsos-hilang\n"
    )
    path.write_text(text, encoding="utf-8")
    found = {(p.line, p.message) for p in check_content(real) if p.path == path}
    assert {line for line, _ in found} == {1, 3, 5, 6}
    assert any("medsos-hilang tidak ada" in message for _, message in found)


def test_every_field_of_the_form_can_be_asked(real: Path) -> None:
    path = real / "tip-form.yaml"
    text = path.read_text(encoding="utf-8").replace("{name: candidate,", "{name: calon,")
    path.write_text(text, encoding="utf-8")
    found = list(form_problems(real))
    assert {p.line for p in found} == {line_of(text, "name: calon")}
    assert {p.message for p in found} == {
        "isian calon belum punya kalimat tip.fields.calon.name.",
        "isian calon belum punya kalimat tip.fields.calon.ask.",
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("asked_for: [1, 2]", "asked_for: [1, 12]", "jenis 12 tidak ada"),
        ("after_said: who", "after_said: nobody", "isian nobody tidak ada"),
        ("{name: spot, kind: text}", "{name: who, kind: text}", "isian who ada dua kali"),
        ("  9: Lainnya, atau tidak yakin\n", "", "jenis harus bernomor 1 sampai 9"),
        ("{name: spot, kind", "{name: spot, required: true, kind", "terlalu banyak"),
    ],
)
def test_a_form_that_cannot_work_is_found(real: Path, old: str, new: str, message: str) -> None:
    path = real / "tip-form.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert any(message in problem.message for problem in form_problems(real))


def test_an_unknown_word_in_the_form_is_named(real: Path) -> None:
    path = real / "tip-form.yaml"
    text = path.read_text(encoding="utf-8").replace("when_older: 5", "wen_older: 5")
    path.write_text(text, encoding="utf-8")
    assert "wen_older tidak dikenal" in next(iter(form_problems(real))).message


def test_receipt_words_stay_apart(real: Path) -> None:
    path = real / "receipt-words.txt"
    words = path.read_text(encoding="utf-8").split()
    path.write_text("\n".join([words[0], f"{words[0][:4]}xx", *words[2:]]), encoding="utf-8")
    [problem] = set(word_problems(real))
    assert (problem.path, problem.line) == (path, 2)


def test_contacts_of_regions(real: Path) -> None:
    path = real / "contacts.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "regions: {}",
        f'regions:\n  "72.71":\n{CONTACT}  "99.99":\n{CONTACT}',
    )
    path.write_text(text, encoding="utf-8")
    found = list(region_problems(real))
    assert [(p.severity, p.message) for p in found if p.severity == "peringatan"] == [
        ("peringatan", "38 dari 38 provinsi belum punya kontak sendiri."),
        ("peringatan", "513 dari 514 kabupaten/kota belum punya kontak sendiri."),
    ]
    [problem] = {(p.line, p.message) for p in found if p.severity == "galat"}
    assert problem == (line_of(text, '"99.99"') + 1, "kode wilayah 99.99 tidak ada.")


def test_a_missing_folder_is_a_finding_and_not_a_crash(tmp_path: Path) -> None:
    found = check_all(tmp_path / "nowhere")
    assert any(p.severity == "galat" for p in found)
