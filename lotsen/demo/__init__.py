"""The whole of Lotsen on one machine for showing it: set-up, database, web server, worker, and an orderly end."""

from lotsen.demo.run import Demo

__all__ = ["Demo"]
