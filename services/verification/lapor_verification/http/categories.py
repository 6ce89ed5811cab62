"""The tree of categories, for anybody."""

from functools import partial
from typing import Any

from lapor_chassis.current import Current
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, paged
from lapor_verification import store
from lapor_verification.domain.categories import Tree
from lapor_verification.schemas import CategoryPageSchema, CategoryQuery


def blueprint(transactions: Transactions) -> Blueprint:
    """The route, on this database."""
    api = Blueprint("categories", description="LAPOR!'s categories, and agencies' own below them")
    current = Current(transactions, store.category_version, store.read_tree)

    @api.route("/api/v1/categories")
    @api.arguments(CategoryQuery, location="query")
    @api.response(200, CategoryPageSchema)
    def categories(query: dict[str, Any]) -> dict[str, Any]:
        """The active categories, by code: all, those below one, or those that words lead to."""
        tree = current()
        page = paged(partial(_some, tree, query), query, by={"code": str})
        return {**page, "items": [_shown(tree, each) for each in page["items"]], "version": tree.version}

    return api


def _some(tree: Tree, query: dict[str, Any], after: tuple[Any, ...] | None, limit: int) -> list[Any]:
    behind = after[0] if after else ""
    asked = {name: query.get(name) for name in ("parent", "agency_code")}
    return tree.find(**asked, words=query["q"], after=behind, limit=limit)


def _shown(tree: Tree, category: Any) -> dict[str, Any]:
    return {**vars(category), "path": tree.path(category.code), "has_below": tree.has_below(category.code)}
