"""The demonstration city: made-up lists, one person per role, and a little history."""
