"""CPU of one read over 50 targets: one `orgwide call` against one `aws` process for each target.

Both read from the same simulated organization on loopback, in turns. Prints a line of JSON for each figure.
The AWS CLI's processes use the caller's credentials as they are: entering each account would cost them one more
process, which is not counted against them.
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time

ACCOUNTS, REGIONS, TURNS = 10, ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2"], 3
TARGETS = ACCOUNTS * len(REGIONS)


def cpu(run):
    """Seconds of CPU that the children of `run` took."""

    def spent():
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    before = spent()
    run()
    return spent() - before


def figure(what, value, unit, **goal):
    print(json.dumps({"what": what, "value": value, "unit": unit, **goal}), flush=True)


def main(orgwide, aws):
    figure("release binary", os.path.getsize(orgwide) / 1e6, "MB", at_most=25)
    starts = []
    for _ in range(21):
        begun = time.perf_counter()
        subprocess.run([orgwide, "--version"], check=True, stdout=subprocess.DEVNULL)
        starts.append((time.perf_counter() - begun) * 1000)
    figure("start of the process, median of 21", sorted(starts)[10], "ms", at_most=30)

    serve = [orgwide, "simulate", "--accounts", str(ACCOUNTS), "--regions", ",".join(REGIONS), "--no-throttling"]
    server = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        printed = server.stdout.readline() + server.stdout.readline()
        settings = dict(re.findall(r"(AWS_\w+)=(\S+)", printed))
        compare(orgwide, aws, {**os.environ, **settings})
    finally:
        server.terminate()
        server.wait()


def compare(orgwide, aws, environment):
    def ours():
        with tempfile.TemporaryDirectory() as folder:
            rows = os.path.join(folder, "rows.ndjson")
            call = [orgwide, "call", "ec2", "DescribeInstances", "--org", "--region", ",".join(REGIONS)]
            subprocess.run([*call, "--out", rows, "--quiet"], check=True, env=environment)
            with open(rows) as file:
                assert sum(1 for _ in file) == TARGETS

    def theirs():
        for target in range(TARGETS):
            call = [aws, "ec2", "describe-instances", "--region", REGIONS[target % len(REGIONS)], "--output", "json"]
            subprocess.run(call, check=True, env=environment, stdout=subprocess.DEVNULL)

    taken = [(cpu(ours), cpu(theirs)) for _ in range(TURNS)]
    mine, peer = (sorted(times)[TURNS // 2] / TARGETS * 1000 for times in zip(*taken))
    figure(f"read over {TARGETS} targets, orgwide call: CPU a target, median of {TURNS}", mine, "ms")
    figure(f"read over {TARGETS} targets, aws processes: CPU a target, median of {TURNS}", peer, "ms")
    figure("CPU a target, aws over orgwide", peer / mine, "", at_least=50)


main(*sys.argv[1:])
