"""Configuration from the environment and .env, typed and checked (documented in .env.example)."""

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import OperatorError
from bot.limits import DELIVERY_DELAY

_REPOSITORY = Path(__file__).resolve().parent.parent


class OperatorMode(StrEnum):
    DEMO = "demo"
    INDEPENDENT = "independent"
    BAWASLU = "bawaslu"


class Settings(BaseSettings):
    """Every variable of the environment that the product reads."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    telegram_bot_token: str = Field("", repr=False)
    telegram_api_base: str = "https://api.telegram.org"
    telegram_webhook_secret: str = Field("", repr=False)
    public_url: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: str = Field("", repr=False)
    twilio_whatsapp_from: str = ""
    twilio_api_base: str = "https://api.twilio.com"
    twilio_content_base: str = "https://content.twilio.com"
    database_url: str = "sqlite+aiosqlite:///data/tanya.db"
    evidence_url: str = "data/evidence"
    keys_url: str = Field("data/keys", repr=False)
    content_dir: Path = Field(default_factory=lambda: _default_content())
    server_key: str = Field("", repr=False)
    desks_file: Path | None = None
    delivery_delay: str = ""
    operator_mode: OperatorMode = OperatorMode.DEMO
    operator_name: str = ""
    operator_contact: str = ""
    ops_chat: str = ""
    metrics_bind: str = ""
    log_json: bool = False
    host: str = ""
    port: int | None = Field(None, ge=0, le=65535)

    @field_validator("telegram_bot_token")
    @classmethod
    def _token_shape(cls, token: str) -> str:
        number, _, secret = token.partition(":")
        if token and not (number.isdecimal() and len(secret) >= 3):
            raise ValueError(
                "bukan token bot Telegram (bentuknya 123456:ABC…); salin lagi dari BotFather"
            )
        return token

    @field_validator("public_url", "telegram_api_base", "twilio_api_base", "twilio_content_base")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if url and not url.startswith(("https://", "http://")):
            raise ValueError("harus dimulai dengan https://")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _delay_readable(self) -> Self:
        self.delay()
        return self

    @property
    def is_demo(self) -> bool:
        """No bot, no public address: the demo desk in the browser is allowed."""
        return not (self.telegram_bot_token or self.twilio_auth_token or self.public_url)

    @property
    def bind(self) -> tuple[str, int]:
        """Host and port. A port given by a platform means all interfaces, except in the demo."""
        own = "127.0.0.1" if self.is_demo or self.port is None else "0.0.0.0"  # noqa: S104
        return self.host or own, 8000 if self.port is None else self.port

    def delay(self) -> tuple[int, int]:
        """Shortest and longest wait before a tip is delivered, in seconds."""
        if not self.delivery_delay:
            return (0, 0) if self.is_demo else DELIVERY_DELAY
        first, _, last = self.delivery_delay.partition("-")
        try:
            low, high = int(first), int(last or first)
        except ValueError:
            raise ValueError("DELIVERY_DELAY ditulis dalam detik: 120-480 atau 0") from None
        if not 0 <= low <= high:
            raise ValueError(
                "DELIVERY_DELAY: angka pertama tidak boleh lebih besar dari yang kedua"
            )
        return low, high


def load_settings(**overrides: object) -> Settings:
    """Read the environment. Raises OperatorError with one sentence for the first thing wrong."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else ""
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise OperatorError(f"Pengaturan {name} salah: {reason}.".replace(" :", ":")) from None


def _default_content() -> Path:
    beside = _REPOSITORY / "content"
    return beside if beside.is_dir() else Path(__file__).parent / "_content"
