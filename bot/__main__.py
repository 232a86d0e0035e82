"""``python -m bot``: the command line (docs/command-line.md)."""

import sys

import click

from bot import logs
from bot.cli.lazy import LazyGroup
from bot.errors import OperatorError

_COMMANDS = {
    "run": "run:run",
    "web": "run:web",
    "worker": "run:worker",
    "chat": "run:chat",
    "migrate": "run:migrate",
    "doctor": "run:doctor",
    "ask": "ask:ask",
    "evaluate": "ask:evaluate",
    "content": "content:content",
    "tip": "tip:tip",
    "sanitise": "sanitise:sanitise",
    "desk": "desk:desk",
    "dead": "dead:dead",
    "store": "store:store",
    "keys": "keys:keys",
}


@click.group(
    cls=LazyGroup, later=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("--debug", is_flag=True, help="Catat lebih banyak (tetap tanpa isi dan identitas).")
def cli(debug: bool) -> None:
    """Tanya Netral: tanya jawab netralitas ASN dan informasi awal tanpa nama."""
    logs.set_up(10 if debug else 20)


def main() -> None:
    """Run the command line; an operator's mistake is one sentence and exit status 2."""
    try:
        cli()
    except OperatorError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        from sqlalchemy.exc import SQLAlchemyError  # not every command needs it, and it is large

        if not isinstance(error, SQLAlchemyError):
            raise
        click.echo(f"Basis data bermasalah ({type(error).__name__}). Jalankan: doctor.", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
