"""Pages of the outbox: what is on its way, and the texts."""
