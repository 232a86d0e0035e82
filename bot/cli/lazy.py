"""A group whose commands are imported when they are called: some need a second to import."""

from collections.abc import Mapping
from importlib import import_module

import click


class LazyGroup(click.Group):
    """``later``: a command's name to ``module:attribute`` under `bot.cli`."""

    def __init__(self, *, later: Mapping[str, str], **settings: object) -> None:
        super().__init__(**settings)  # type: ignore[arg-type]
        self._later = later

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._later})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self._later:
            return super().get_command(ctx, name)
        module, _, attribute = self._later[name].partition(":")
        command: click.Command = getattr(import_module(f"bot.cli.{module}"), attribute)
        return command
