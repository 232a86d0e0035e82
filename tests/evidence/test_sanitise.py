"""``python -m bot sanitise IN OUT`` is the service's own rebuild."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.sanitise import sanitise
from bot.errors import OperatorError
from tests.evidence import samples_pictures
from tests.evidence.marks import found


def run(source: Path, target: Path) -> Result:
    return CliRunner().invoke(sanitise, [str(source), str(target)])


def test_a_file_is_rebuilt(tmp_path: Path) -> None:
    source, target = tmp_path / "IMG_2026.exe", tmp_path / "baru"
    source.write_bytes(samples_pictures.jpeg())
    assert run(source, target).exit_code == 0
    assert target.read_bytes().startswith(b"\xff\xd8\xff")
    assert found(target.read_bytes()) == set()
    assert sorted(tmp_path.iterdir()) == [source, target]


def test_a_refused_file_writes_nothing_and_says_why(tmp_path: Path) -> None:
    source, target = tmp_path / "foto.jpg", tmp_path / "baru.jpg"
    source.write_bytes(b"PK\x05\x06" + bytes(18))
    result = run(source, target)
    assert result.exit_code == 3
    assert "satu per satu" in result.stderr
    assert not target.exists()


def test_a_file_that_is_not_there_is_the_operators_mistake(tmp_path: Path) -> None:
    result = run(tmp_path / "tidak-ada", tmp_path / "baru")
    assert isinstance(result.exception, OperatorError)
    with pytest.raises(OperatorError, match="tidak-ada"):
        raise result.exception
