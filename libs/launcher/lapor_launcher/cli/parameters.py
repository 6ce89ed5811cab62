"""What several commands take."""

import click

SERVICES = click.Choice(["intake", "verification", "routing", "tracking", "notification"])
PORTS = click.IntRange(1, 65535)
ROLES = click.Choice(
    ["verifier", "officer", "administrator", "approver", "coordinator", "supervisor", "operator", "custodian"]
)
