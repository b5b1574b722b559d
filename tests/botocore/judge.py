"""Writes what botocore makes of every operation it knows: requests it sends, answers it reads.

    python judge.py --out target/judged

Two files with a case on each line, in the order of services and operations: requests.ndjson, answers.ndjson.
The same botocore always gives the same files. Nothing is sent anywhere.
"""

import argparse
import json
import multiprocessing
import os
import pathlib

import botocore.session

import answered
import requested


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, type=pathlib.Path, help="the folder to write to")
    parser.add_argument("services", nargs="*", help="only these; all if there are none")
    arguments = parser.parse_args()
    # The zone of this machine must not show.
    os.environ["TZ"] = "UTC"
    services = arguments.services or botocore.session.get_session().get_available_services()
    arguments.out.mkdir(parents=True, exist_ok=True)
    counts = {"requests": 0, "answers": 0}
    files = {name: open(arguments.out / f"{name}.ndjson", "w", encoding="utf-8") for name in counts}
    with multiprocessing.Pool() as workers:
        for cases in workers.imap(judge, services):
            for name, lines in cases.items():
                counts[name] += len(lines)
                files[name].writelines(lines)
    for file in files.values():
        file.close()
    print(f"{len(services)} services:", ", ".join(f"{count} {name}" for name, count in counts.items()))


def judge(name):
    service = botocore.session.get_session().get_service_model(name)
    return {
        "requests": [line(case) for case in requested.of(service, name)],
        "answers": [line(case) for case in answered.of(service, name)],
    }


def line(case):
    return json.dumps(case, ensure_ascii=False, allow_nan=False) + "\n"


if __name__ == "__main__":
    main()
