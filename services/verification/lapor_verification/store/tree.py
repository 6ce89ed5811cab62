"""The tree of categories: the shipped one, and over it what was loaded."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import sqlalchemy as sa

from lapor_chassis.rows import replacing
from lapor_chassis.transactions import Transaction
from lapor_verification.domain.categories import Category, Status, Tree
from lapor_verification.store.tables import categories, category_loads


@dataclass(frozen=True)
class Loaded:
    """What loading changed."""

    added: int
    changed: int
    version: int


def category_version(connection: sa.Connection) -> int:
    """Which load holds; 0 while there was none."""
    return connection.execute(_latest()).scalar_one()


def read_tree(connection: sa.Connection | Transaction) -> Tree:
    """All categories as they stand."""
    return _tree(connection.execute(sa.select(categories)), connection.execute(_latest()).scalar_one())


def lock_tree(tx: Transaction) -> Tree:
    """All categories, while nobody else loads any."""
    if tx.dialect == "postgresql":  # SQLite's writers wait for each other anyway
        tx.execute(sa.text("LOCK TABLE category_loads IN EXCLUSIVE MODE"))
    return read_tree(tx)


def load_categories(tx: Transaction, tree: Tree, read: Sequence[Category], agency_code: str | None) -> Loaded:
    """Write what differs from a locked tree, as its next version; nothing is ever removed."""
    differing = [category for category in read if tree.get(category.code) != category]
    added = sum(tree.get(category.code) is None for category in differing)
    if not differing:
        return Loaded(0, 0, tree.version)
    tx.write(categories, [_row(category) for category in differing], replacing)
    load = {
        "version": tree.version + 1,
        "loaded_at": tx.now,
        "agency_code": agency_code,
        "added": added,
        "changed": len(differing) - added,
    }
    tx.add(category_loads, load)
    return Loaded(added, len(differing) - added, tree.version + 1)


@cache
def shipped_categories() -> tuple[Category, ...]:
    """LAPOR!'s own tree, as it comes with the service."""
    text = (files("lapor_verification") / "data" / "categories.csv").read_text("utf-8")
    return tuple(map(_category, csv.DictReader(text.splitlines())))


def _tree(rows: Iterable[sa.Row[Any]], version: int) -> Tree:
    return Tree([*shipped_categories(), *(_category(row._asdict()) for row in rows)], version)


def _category(row: Mapping[str, Any]) -> Category:
    return Category(**{**row, "status": Status(row["status"])})


def _row(category: Category) -> dict[str, Any]:
    return {**asdict(category), "status": category.status.value}


def _latest() -> sa.Select[int]:
    return sa.select(sa.func.coalesce(sa.func.max(category_loads.c.version), 0))
