"""The house: every import points down (docs/architecture.md)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_BASE = {
    "bot.errors",
    "bot.limits",
    "bot.clock",
    "bot.dates",
    "bot.disk",
    "bot.fast_yaml",
    "bot.watched",
}
_DATA = {"bot.store.effects", "bot.store.ids"}  # plain data and random ids, no SQL
_TALK = _BASE | _DATA | {"bot.chat", "bot.knowledge", "bot.tips", "bot.desks", "bot.keys.ring"}
_SHARED_TALK = ("handlers.ports", "handlers.usage", "handlers.words", "handlers.confessing")
MAY_IMPORT = {
    "bot/keys": _BASE,
    "bot/store": _BASE,
    "bot/knowledge": _BASE,
    "bot/tips": _BASE | {"bot.keys", "bot.store.effects"},
    "bot/desks": _BASE | {"bot.keys", "bot.store", "bot.tips"},
    "bot/chat": _BASE | {"bot.keys", "bot.store"},
    "bot/channels": _BASE | {"bot.chat", "bot.keys", "bot.store", "bot.settings"},
    "bot/channels/web/reading": _BASE | {"bot.knowledge", "bot.chat", "bot.channels.web"},
    "bot/delivery": _BASE
    | {"bot.chat", "bot.keys", "bot.store", "bot.desks", "bot.tips.sealing", "bot.tips.evidence"},
    "handlers": _TALK,
    "handlers/asking": _TALK | {*_SHARED_TALK, "handlers.telling"},
    "handlers/telling": _TALK | {*_SHARED_TALK},
    "handlers/desk": _TALK | {*_SHARED_TALK},
}


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.startswith(("bot.", "handlers."))}


def _allowed(name: str, floor: str) -> bool:
    own = floor.replace("/", ".")
    return any(name == a or name.startswith(a + ".") for a in MAY_IMPORT[floor] | {own})


@pytest.mark.parametrize("floor", MAY_IMPORT)
def test_arrows_point_down(floor: str) -> None:
    deeper = [ROOT / other for other in MAY_IMPORT if other.startswith(floor + "/")]
    files = [
        path
        for path in sorted((ROOT / floor).rglob("*.py"))
        if "migrations" not in path.parts and not any(d in path.parents for d in deeper)
    ]
    assert files
    upward = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in _imports(path)
        if not _allowed(name, floor)
    }
    assert upward == set()


@pytest.mark.parametrize("name", _SHARED_TALK)
def test_what_conversations_share_knows_none_of_them(name: str) -> None:
    path = ROOT / name.replace(".", "/")
    talk = {i for i in _imports(path.with_suffix(".py")) if i.startswith("handlers.")}
    assert all(i.startswith(_SHARED_TALK) for i in talk)


def test_no_sql_and_no_platform_in_the_conversations() -> None:
    for path in (ROOT / "handlers").rglob("*.py"):
        text = path.read_text(encoding="utf-8").casefold()
        for word in ("sqlalchemy", "telegram", "twilio", "starlette"):
            assert word not in text, f"{path.name} knows {word}"
