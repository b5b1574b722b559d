"""Reads parts of Parquet with PyArrow and DuckDB, and a table with the csv module; all must have the rows that stand
in a file of NDJSON.

compare.py ROWS.ndjson ROWS.csv PART...
"""

import csv
import json
import sys

import duckdb
import pyarrow.parquet

# As PyArrow and DuckDB call them.
TYPES = {
    "account_id": ("string", "VARCHAR"),
    "page": ("int64", "BIGINT"),
    "included": ("bool", "BOOLEAN"),
    "name": ("string", "VARCHAR"),
    "tags": ("string", "VARCHAR"),
}
JSON = {"tags"}
TEXT = {"account_id", "name"}


def same(reader, read, wanted):
    """Fails with the first row that differs."""
    count = 0
    for count, (has, should) in enumerate(zip(read, wanted), 1):
        if has != should:
            sys.exit(f"{reader}: row {count} is {has!r:.500}, not {should!r:.500}")
    if len(read) != len(wanted):
        sys.exit(f"{reader}: {len(read)} rows, not {len(wanted)}")
    print(f"{reader}: {count} rows")


def equal(one, other, what):
    if one != other:
        sys.exit(f"{what}: {one!r}, not {other!r}")


def row(names, cells):
    """JSON is compared as JSON: what is in it, not how it is written."""
    cells = zip(names, cells)
    return {name: json.loads(cell) if name in JSON and cell is not None else cell for name, cell in cells}


def with_pyarrow(parts, wanted):
    read = []
    for part in parts:
        file = pyarrow.parquet.ParquetFile(part)
        schema = {field.name: str(field.type) for field in file.schema_arrow}
        equal(schema, {name: types[0] for name, types in TYPES.items()}, "PyArrow's types")
        equal(file.metadata.row_group(0).column(0).compression, "SNAPPY", "compression")
        columns = file.read().to_pydict()
        read += [row(columns, cells) for cells in zip(*columns.values())]
    same("PyArrow", read, wanted)


def with_duckdb(parts, wanted):
    table = duckdb.read_parquet(parts)
    types = dict(zip(table.columns, map(str, table.types)))
    equal(types, {name: types[1] for name, types in TYPES.items()}, "DuckDB's types")
    same("DuckDB", [row(table.columns, cells) for cells in table.fetchall()], wanted)
    # What is in JSON can be asked for.
    asked = table.filter("json_extract_string(tags, '$.k') is not null")
    has = [row for row in wanted if isinstance(row["tags"], dict) and row["tags"].get("k") is not None]
    equal(len(asked), len(has), "DuckDB's rows with a tag `k`")


def with_csv(path, wanted):
    def cell(name, text):
        if text == "":
            return None
        # One apostrophe is taken off, as the documentation says.
        return text.removeprefix("'") if name in TEXT else json.loads(text)

    def blank(row):
        return {name: None if cell == "" else cell for name, cell in row.items()}

    csv.field_size_limit(1 << 30)
    with open(path, newline="", encoding="utf-8") as file:
        lines = csv.reader(file, strict=True)
        names = next(lines)
        equal(names, list(TYPES), "the header")
        read = [{name: cell(name, text) for name, text in zip(names, line, strict=True)} for line in lines]
    same("csv", read, [blank(row) for row in wanted])


def main(ndjson, table, *parts):
    with open(ndjson, encoding="utf-8", newline="\n") as file:
        wanted = [json.loads(line) for line in file]
    with_pyarrow(parts, wanted)
    with_duckdb(list(parts), wanted)
    # Older ones refuse NUL.
    if sys.version_info >= (3, 11):
        with_csv(table, wanted)


main(*sys.argv[1:])
