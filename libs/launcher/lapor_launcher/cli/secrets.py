"""``lapor vault``, ``audit`` and ``oversight``: who reported, and who may know."""

from pathlib import Path
from typing import BinaryIO, TextIO

import click


@click.group()
def vault() -> None:
    """Where it lies who reported."""


@vault.command("status")
@click.pass_obj
def vault_status(folder: Path) -> None:
    """Say which master keys wrap how many data keys."""
    from lapor_launcher import vault as commands

    commands.status(folder)


@vault.command("rotate")
@click.option("--new-key", is_flag=True, help="First make one in the folder's keys; nobody may be running on them.")
@click.pass_obj
def vault_rotate(folder: Path, new_key: bool) -> None:
    """Wrap every data key with the present master key, while everybody goes on; killed, it can be begun again."""
    from lapor_launcher import vault as commands

    commands.rotate(folder, wants_new_key=new_key)


@vault.command("forget")
@click.argument("tracking_id")
@click.confirmation_option(prompt="Nobody will ever know who reported this, and its original is gone. Forget it?")
@click.pass_obj
def vault_forget(folder: Path, tracking_id: str) -> None:
    """Destroy the keys of one report's identity, original texts and files."""
    from lapor_launcher import vault as commands

    commands.forget(folder, tracking_id)


@click.group()
def audit() -> None:
    """What was done about identities, and all that happened to reports: two chains that show every change."""


@audit.command("show")
@click.argument("tracking_id", required=False)
@click.option("--last", type=click.IntRange(1), default=50, show_default=True, help="How many entries.")
@click.pass_obj
def audit_show(folder: Path, tracking_id: str | None, last: int) -> None:
    """Show what was done about identities: the newest entries, all or those about one report."""
    from lapor_launcher import vault as commands

    commands.show_audit(folder, tracking_id, last)


@audit.command("verify")
@click.option(
    "--expect", metavar="COUNT:HASH", help="Of identities: what this command printed, and you kept elsewhere."
)
@click.option("--expect-seal", metavar="NUMBER:HASH", help="The same of reports.")
@click.pass_obj
def audit_verify(folder: Path, expect: str | None, expect_seal: str | None) -> None:
    """Walk both chains, as far as they are within reach; exit with 1 naming the first link that does not hold."""
    from lapor_launcher import chain, vault

    reached = chain.within_reach(folder, {"tracking": expect_seal, "intake": expect})
    if "tracking" in reached:
        chain.verify(folder, expect_seal)
    if "intake" in reached:
        vault.verify_audit(folder, expect)


@audit.command("check")
@click.argument("file", type=click.File("rb"))
@click.option("--key", "public_key", required=True, metavar="HEX", help="The public key, as you kept it.")
def audit_check(file: BinaryIO, public_key: str) -> None:
    """Check the proof in FILE that a report's page lets anybody download: no network, no account, no database."""
    from lapor_launcher import chain

    chain.check(file.read(), public_key)


@click.group()
def oversight() -> None:
    """Bodies that whistleblowers may choose, and their sealed reports."""


@oversight.command("add")
@click.argument("code")
@click.option("--name", required=True, help="As the form shows it.")
@click.option("--key-file", type=click.Path(path_type=Path), help="Write the private key there instead of printing it.")
@click.pass_obj
def oversight_add(folder: Path, code: str, name: str, key_file: Path | None) -> None:
    """Let whistleblowers choose a body of the directory, and hand over its private key, this once."""
    from lapor_launcher import operate, oversight

    oversight.add(folder, code, name, key_file, operate.console)


@oversight.command("list")
@click.pass_obj
def oversight_list(folder: Path) -> None:
    """List who can be chosen."""
    from lapor_launcher import operate, oversight

    oversight.show(folder, operate.console)


@oversight.command("remove")
@click.argument("code")
@click.pass_obj
def oversight_remove(folder: Path, code: str) -> None:
    """Let nobody choose a body any more."""
    from lapor_launcher import operate, oversight

    oversight.remove(folder, code, operate.console)


@oversight.command("open")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
def oversight_open(file: Path, key: Path) -> None:
    """Print what a whistleblower wrote, from the FILE that the report's page lets you download."""
    from lapor_launcher import oversight

    oversight.open_papers(file, key)


@oversight.command("seal")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("answer", type=click.File(), default="-")
def oversight_seal(file: Path, answer: TextIO) -> None:
    """Seal an ANSWER (a file; else what is typed) for the reporter of FILE, to be pasted into the report's page."""
    from lapor_launcher import oversight

    oversight.seal_answer(file, answer.read().strip())
