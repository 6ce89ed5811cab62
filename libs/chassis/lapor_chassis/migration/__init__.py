"""Migrations: alembic's environment for every service, and the chassis' own tables as each version had them."""
