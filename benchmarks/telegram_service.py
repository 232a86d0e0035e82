"""The service itself under load: ``telegram_service.py PORT API FOLDER [PROFILE]``.

Everything as in ``run`` with a webhook and SQLite; only the second opinion of the matcher is off,
so that the lexical path is measured. PROFILE is a file for cProfile's figures.
"""

import asyncio
import cProfile
import sys
from contextlib import suppress
from pathlib import Path

import uvicorn

from bot.app import open_app
from bot.content import load_content
from bot.knowledge.encoder import Encoder
from bot.settings import load_settings

TOKEN = "7654321:AAbenchmark-token"  # noqa: S105
SECRET = "benchmark"  # noqa: S105


async def serve(port: int, api: str, folder: Path, profile: cProfile.Profile | None) -> None:
    settings = load_settings(
        _env_file=None,
        telegram_bot_token=TOKEN,
        telegram_api_base=api,
        telegram_webhook_secret=SECRET,
        public_url=f"http://127.0.0.1:{port}",
        database_url=f"sqlite+aiosqlite:///{folder / 'tanya.db'}",
        keys_url=str(folder / "keys"),
        evidence_url=str(folder / "evidence"),
        server_key="kunci-server-untuk-ukuran",
    )
    Encoder.load = classmethod(lambda _: None)  # type: ignore[assignment, method-assign]
    content = load_content(settings.content_dir, Path("data/cache"), settings.public_url)
    async with open_app(settings, content=content) as app:
        config = uvicorn.Config(
            app.asgi(), port=port, http="httptools", log_level="error", access_log=False
        )
        if profile:
            profile.enable()
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    figures = cProfile.Profile() if len(sys.argv) > 4 else None
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), figures))
    if figures:
        figures.disable()
        figures.dump_stats(sys.argv[4])
