"""What the wrapper says when it cannot go on: one sentence, fit for the person at the terminal."""


class PostgresError(Exception):
    """The embedded database cannot be used; the text says why and what to do."""


class WrongMajor(PostgresError):
    """The data was made by another major version of PostgreSQL than the binaries found here."""

    def __init__(self, folder: object, *, made_by: int, found: list[str]) -> None:
        there = ", ".join(found) or "nichts"
        super().__init__(
            f"Die Datenbank in {folder} stammt von PostgreSQL {made_by}; auf diesem Rechner gibt es: {there}. "
            f"Bitte PostgreSQL {made_by} installieren, DATABASE_URL setzen oder von vorn beginnen: make demo-reset"
        )
