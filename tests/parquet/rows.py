"""Reads parts of Parquet with PyArrow and DuckDB, and the ledger with Python's own SQLite: all have the same rows.

rows.py LEDGER PART...
"""

import json
import sqlite3
import sys

import duckdb
import pyarrow.parquet

JSON = ("tags", "data")


def plain(row):
    """A row in a form that compares: JSON by what is in it."""
    row = {name: json.loads(cell) if name in JSON and isinstance(cell, str) else cell for name, cell in row.items()}
    return json.dumps(row, sort_keys=True)


def main(ledger, parts):
    stored = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    wanted = sorted(plain(json.loads(text)) for (text,) in stored.execute("SELECT json FROM rows"))
    arrow = sorted(plain(row) for part in parts for row in pyarrow.parquet.read_table(part).to_pylist())
    answer = duckdb.sql("SELECT * FROM read_parquet($parts, hive_partitioning = false)", params={"parts": parts})
    names = [column[0] for column in answer.description]
    duck = sorted(plain(dict(zip(names, cells))) for cells in answer.fetchall())
    for reader, read in (("PyArrow", arrow), ("DuckDB", duck)):
        if read != wanted:
            differing = [pair for pair in zip(read, wanted) if pair[0] != pair[1]][:1]
            sys.exit(f"{reader}: {len(read)} rows, the ledger has {len(wanted)}; {differing!r:.1000}")
        print(f"{reader}: {len(read)} rows")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
