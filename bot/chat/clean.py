"""What strangers wrote, made harmless to show: nothing invisible, nothing that turns text around,
nothing that an app makes into a command."""

import re
import unicodedata

_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\v\f\x85]")
_EMPTY = re.compile(r"[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f]")
_MARK = r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_STACKED = re.compile(f"({_MARK}{{2}}){_MARK}+")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
_COMMAND = re.compile(r"(?<![\w/:.<])/(?=[A-Za-z0-9_])")
_UNSEEN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs"))


def clean_text(text: str) -> str:
    """Without control, invisible and bidirectional characters, without towers of marks, with at
    most one blank line in a row; ``/word`` becomes ``/ word``, which no app takes for a command."""
    plain = _BREAKS.sub("\n", text).replace("\t", " ")
    seen = "".join(c for c in plain if c == "\n" or unicodedata.category(c) not in _UNSEEN)
    marked = _STACKED.sub(r"\1", _EMPTY.sub("", seen))
    return _COMMAND.sub("/ ", _BLANK_LINES.sub("\n\n", marked)).strip()
