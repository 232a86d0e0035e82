"""``python -m bot``: the command line (docs/command-line.md)."""

import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.cli import content, dead, desk, desk_audit, gaps, keys, run, sanitise, store, tip
from bot.errors import OperatorError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Catat lebih banyak (tetap tanpa isi dan identitas).")
def cli(debug: bool) -> None:
    """Tanya Netral: tanya jawab netralitas ASN dan informasi awal tanpa nama."""
    logs.set_up(10 if debug else 20)


for command in (
    run.run,
    run.web,
    run.worker,
    run.chat,
    run.migrate,
    run.doctor,
    content.ask,
    content.evaluate,
    content.content,
    tip.tip,
    sanitise.sanitise,
    desk.desk,
    dead.dead,
    store.store,
    keys.keys,
):
    cli.add_command(command)


content.content.add_command(gaps.gaps)
for command in (desk_audit.audit_, desk_audit.reset_pin, desk_audit.sign_in):
    desk.desk.add_command(command)


def main() -> None:
    """Run the command line; an operator's mistake is one sentence and exit status 2."""
    try:
        cli()
    except OperatorError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except SQLAlchemyError as error:
        click.echo(f"Basis data bermasalah ({type(error).__name__}). Jalankan: doctor.", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
