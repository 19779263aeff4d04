"""Webhooks of the telephone network: SMS that come in, status of what went out, the voice menu."""
