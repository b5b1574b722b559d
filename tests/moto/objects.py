"""Fetches what a run put into a bucket of moto, and reads it as one table, partitioned as query engines see it.

objects.py ENDPOINT BUCKET PREFIX FOLDER

Writes the objects below FOLDER under their keys; prints their paths, then what DuckDB makes of them.
"""

import pathlib
import sys

import boto3
import duckdb


def fetch(client, bucket, prefix, folder):
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for entry in (entry for page in pages for entry in page.get("Contents", [])):
        path = folder / entry["Key"]
        path.parent.mkdir(parents=True, exist_ok=True)
        # With the checksum that was sent with it, boto3 compares what it gets.
        answer = client.get_object(Bucket=bucket, Key=entry["Key"], ChecksumMode="ENABLED")
        if not answer.get("ChecksumCRC32"):
            sys.exit(f"{entry['Key']} was put without a checksum")
        path.write_bytes(answer["Body"].read())
        yield str(path)


def main(endpoint, bucket, prefix, folder):
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="hub", aws_secret_access_key="x"
    )
    paths = list(fetch(client, bucket, prefix, pathlib.Path(folder)))
    print(*paths, sep="\n")
    table = duckdb.sql(
        "SELECT strftime(date, '%Y%m%d'), run, count(*) FROM read_parquet($paths, hive_partitioning = true)"
        " GROUP BY ALL",
        params={"paths": paths},
    )
    for day, run, rows in table.fetchall():
        if not run.startswith(day):
            sys.exit(f"run {run} is not of {day}")
        print(f"DuckDB: {rows} rows of run {run}")


if __name__ == "__main__":
    main(*sys.argv[1:])
