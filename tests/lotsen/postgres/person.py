"""Acts of one person at the terminal, run as a program of its own so that a test can run it as any user.

    python person.py FOLDER BINDIR ACT…

Acts: durable, start, stop, running, write TEXT, read, url, hold (until its input ends).
"""

import sys
from pathlib import Path

import psycopg

from lotsen.postgres import Cluster, PostgresError, installations

SETTINGS = {"shared_buffers": "16MB", "max_connections": "10"}
HURRY = {"fsync": "off"}


def write(cluster, text):
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [text])


def read(cluster):
    with psycopg.connect(cluster.url()) as connection:
        print(",".join(word for (word,) in connection.execute("SELECT word FROM kept ORDER BY word")))


def main(folder, bindir, *acts):
    binaries = next((one for one in installations() if str(one.folder) == bindir), None)
    words = list(acts)
    settings = SETTINGS if "durable" in words else SETTINGS | HURRY
    cluster = Cluster(Path(folder), binaries=binaries, settings=settings)
    while words:
        match words.pop(0):
            case "start":
                cluster.start()
            case "stop":
                cluster.stop()
            case "write":
                write(cluster, words.pop(0))
            case "read":
                read(cluster)
            case "url":
                print(cluster.url())
            case "running":
                print(cluster.is_running())
            case "hold":
                with cluster.used():
                    print("up", flush=True)
                    sys.stdin.read()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except PostgresError as error:
        sys.exit(f"refused: {error}")
