"""``lapor bench``."""

import click


@click.group()
def bench() -> None:
    """Measure."""


@bench.command("flow")
@click.option("--reports", type=click.IntRange(1), default=5_000, show_default=True)
@click.option("--rate", type=click.IntRange(0), default=100, show_default=True, help="Of the steady part; 0: none.")
@click.option("--json", "as_json", is_flag=True, help="The last line is one JSON object.")
def bench_flow(reports: int, rate: int, as_json: bool) -> None:
    """Reports from submission to routed and notified, through five services on RabbitMQ and PostgreSQL."""
    from lapor_launcher.bench import flow

    flow.measure(reports=reports, rate=rate, as_json=as_json)


@bench.command("http")
@click.option("--reports", type=click.IntRange(1), default=2_000, show_default=True)
@click.option("--clients", type=click.IntRange(1), default=8, show_default=True)
@click.option("--rate", type=click.IntRange(0), default=100, show_default=True, help="Of the steady part; 0: none.")
@click.option("--webs", type=click.IntRange(1), default=2, show_default=True, help="Web processes of intake.")
@click.option("--workers", is_flag=True, help="Let the five workers handle the reports meanwhile.")
@click.option("--json", "as_json", is_flag=True, help="The last line is one JSON object.")
def bench_http(reports: int, clients: int, rate: int, webs: int, workers: bool, as_json: bool) -> None:
    """Reports through the API and the SMS gateway's webhook, half of them each."""
    from lapor_launcher.bench import http

    http.measure(reports=reports, clients=clients, rate=rate, webs=webs, workers=workers, as_json=as_json)


@bench.command("repeats")
@click.option("--reports", type=click.IntRange(1_000), default=1_000_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The last line is one JSON object.")
def bench_repeats(reports: int, as_json: bool) -> None:
    """How long it takes to find what a report repeats, among so many earlier ones, on SQLite and PostgreSQL."""
    from lapor_launcher.bench import repeats

    repeats.measure(reports=reports, as_json=as_json)


@bench.command("clocks")
@click.option("--reports", type=click.IntRange(1_000), default=1_000_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The last line is one JSON object.")
def bench_clocks(reports: int, as_json: bool) -> None:
    """What the sweeps of so many open reports cost, on SQLite and PostgreSQL."""
    from lapor_launcher.bench import clocks

    clocks.measure(reports=reports, as_json=as_json)


@bench.command("read")
@click.option("--reports", type=click.IntRange(1_000), default=1_000_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The last line is one JSON object.")
def bench_read(reports: int, as_json: bool) -> None:
    """How long the first page of a search takes among so many public reports, on SQLite and PostgreSQL."""
    from lapor_launcher.bench import read

    read.measure(reports=reports, as_json=as_json)
