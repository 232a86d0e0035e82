"""Bad configuration gets one clear sentence each, and exit status 2."""

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import logs
from bot.__main__ import main
from bot.settings import Settings
from tests.conftest import CONTENT


@pytest.fixture
def complaint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Run the command line in an empty folder; gives its only line of complaint."""

    def said(*arguments: str, **environment: str) -> str:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["tanya-netral", *arguments])
        monkeypatch.setattr(logs, "set_up", lambda *_args, **_named: None)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as stopped:
            main()
        assert stopped.value.code == 2
        lines = capsys.readouterr().err.strip().splitlines()
        assert len(lines) == 1, lines
        return lines[0]

    return said


def test_a_wrong_token(complaint: Callable[..., str]) -> None:
    said = complaint("run", TELEGRAM_BOT_TOKEN="bukan-token")
    assert said.startswith("Pengaturan TELEGRAM_BOT_TOKEN salah: bukan token bot Telegram")
    assert "bukan-token" not in said  # a secret is never repeated


def test_a_folder_that_cannot_be_used(complaint: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("")
    said = complaint("run", PORT="0", DATABASE_URL="sqlite+aiosqlite:///berkas/tanya.db")
    assert said.startswith("Folder data berkas tidak dapat dibuat")


def test_a_full_disk(tmp_path: Path) -> None:
    """As a process of its own, which must not leave half-written bytecode for the others."""

    def small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PORT": "0"}
    finished = subprocess.run(
        [sys.executable, "-B", "-m", "bot", "run"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=small_disk,
        check=False,
    )
    assert finished.returncode == 2, finished.stdout + finished.stderr
    [said] = finished.stderr.strip().splitlines()
    assert "tidak dapat disiapkan" in said or "tidak dapat disimpan" in said
    assert "ruang" in said


def test_a_port_that_is_taken(complaint: Callable[..., str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = complaint("run", PORT=str(port))
    assert said.startswith(f"Alamat 127.0.0.1:{port} tidak dapat dipakai")


def test_a_broken_content_file(complaint: Callable[..., str], tmp_path: Path) -> None:
    content = tmp_path / "isi"
    shutil.copytree(CONTENT, content)
    topic = content / "faq" / "foto" / "foto-pose-jari.md"
    topic.write_text(topic.read_text().replace("verdict: tidak", "verdict: mungkin"))
    said = complaint("run", PORT="0", CONTENT_DIR=str(content))
    assert said.startswith(f"{topic}:2: verdict harus salah satu dari")


def test_no_content_at_all(complaint: Callable[..., str], tmp_path: Path) -> None:
    said = complaint("run", PORT="0", CONTENT_DIR=str(tmp_path / "kosong"))
    assert "Periksa CONTENT_DIR" in said


@pytest.mark.parametrize("role", ["web", "worker"])
def test_the_two_roles_need_postgresql(complaint: Callable[..., str], role: str) -> None:
    assert "perlu PostgreSQL" in complaint(role)


def test_an_unknown_database(complaint: Callable[..., str]) -> None:
    said = complaint("run", PORT="0", DATABASE_URL="mysql://x/y")
    assert "yang dilayani hanya sqlite+aiosqlite dan postgresql+asyncpg" in said


def test_a_delay_that_is_no_number(complaint: Callable[..., str]) -> None:
    assert "DELIVERY_DELAY" in complaint("run", DELIVERY_DELAY="sebentar")


def test_the_example_names_every_setting_and_no_other() -> None:
    lines = (CONTENT.parent / ".env.example").read_text().splitlines()
    named = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)
    assert all(line.endswith("=") for line in lines if line and not line.startswith("#"))
