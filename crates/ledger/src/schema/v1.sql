-- What is stored. The views below are for people; the tables may change from one version to the next.

-- A run: one command, over all the sittings it took.
CREATE TABLE run (
    id            INTEGER PRIMARY KEY,
    verb          TEXT    NOT NULL,
    version       TEXT    NOT NULL,
    invocation    TEXT    NOT NULL,
    started_at    TEXT    NOT NULL,
    ended_at      TEXT,
    exit          INTEGER,
    summary       TEXT,
    plan_complete INTEGER NOT NULL DEFAULT 0,
    resumed       INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What a listing said of an account, so that a run can go on without listing again.
CREATE TABLE account (
    run        INTEGER NOT NULL,
    account_id TEXT    NOT NULL,
    listed     TEXT    NOT NULL,
    PRIMARY KEY (run, account_id)
) STRICT, WITHOUT ROWID;

-- A listing: of the organization, of the regions of an account. No error: it came to its end.
CREATE TABLE discovery (
    run   INTEGER NOT NULL,
    name  TEXT    NOT NULL,
    error TEXT,
    PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

-- What is to be done once. A region that is none is ''; `seen` is the last sitting that planned it.
CREATE TABLE target (
    id         INTEGER PRIMARY KEY,
    run        INTEGER NOT NULL,
    account_id TEXT    NOT NULL,
    region     TEXT    NOT NULL,
    job        TEXT    NOT NULL,
    seen       INTEGER NOT NULL,
    UNIQUE (run, account_id, region, job)
) STRICT;

-- How a target ended. Numbers only grow, whatever is taken back: files know by them how far they are.
CREATE TABLE outcome (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    target      INTEGER NOT NULL UNIQUE,
    outcome     TEXT    NOT NULL
        CHECK (outcome IN ('completed', 'denied', 'failed', 'timed_out', 'skipped', 'cancelled')),
    winner      INTEGER,
    rows        INTEGER NOT NULL,
    duplicates  INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    kind        TEXT,
    code        TEXT,
    message     TEXT,
    hop         TEXT,
    policy      TEXT,
    request_id  TEXT,
    hint        TEXT,
    waiting_ms  INTEGER NOT NULL,
    working_ms  INTEGER NOT NULL,
    retrying_ms INTEGER NOT NULL,
    ended_at    TEXT    NOT NULL
) STRICT;

-- Attempts with rows that are nobody's: not yet, or never.
CREATE TABLE attempt (
    id     INTEGER PRIMARY KEY,
    target INTEGER NOT NULL
) STRICT;

-- A row; its id is that of its attempt times 2^32, plus its place in it. `repeated`: a later one has the same key.
CREATE TABLE row (
    id       INTEGER PRIMARY KEY,
    key      TEXT    NOT NULL,
    digest   INTEGER NOT NULL,
    repeated INTEGER,
    json     TEXT    NOT NULL
) STRICT;

-- A file that follows a run, and how far it is.
CREATE TABLE sink (
    run     INTEGER NOT NULL,
    path    TEXT    NOT NULL,
    format  TEXT    NOT NULL,
    through INTEGER NOT NULL DEFAULT 0,
    state   TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (run, path)
) STRICT, WITHOUT ROWID;

CREATE VIEW runs AS
SELECT run.id AS run, verb, version, started_at, run.ended_at, exit, resumed, plan_complete,
       count(target.id) AS planned,
       count(outcome) FILTER (WHERE outcome = 'completed') AS completed,
       count(outcome) FILTER (WHERE outcome = 'denied') AS denied,
       count(outcome) FILTER (WHERE outcome = 'failed') AS failed,
       count(outcome) FILTER (WHERE outcome = 'timed_out') AS timed_out,
       count(outcome) FILTER (WHERE outcome = 'skipped') AS skipped,
       count(outcome) FILTER (WHERE outcome = 'cancelled') AS cancelled,
       coalesce(sum(rows), 0) AS rows,
       coalesce(sum(duplicates), 0) AS duplicates
FROM run
LEFT JOIN target ON target.run = run.id
LEFT JOIN outcome ON outcome.target = target.id
GROUP BY run.id;

CREATE VIEW targets AS
SELECT run, target.id AS target, account_id, nullif(region, '') AS region, job, outcome, rows, duplicates, attempts,
       kind, code, message, hop, policy, request_id, hint, waiting_ms, working_ms, retrying_ms, ended_at
FROM target
LEFT JOIN outcome ON outcome.target = target.id;

-- Rows of targets that completed, those that were seen twice too.
CREATE VIEW rows AS
SELECT target.run, target.account_id, row.json ->> '$.account_name' AS account_name,
       coalesce(row.json ->> '$.region', nullif(target.region, '')) AS region, target.job AS type, row.key, row.repeated IS NOT NULL AS repeated, row.json
FROM target
CROSS JOIN outcome ON outcome.target = target.id
CROSS JOIN row ON row.id BETWEEN outcome.winner << 32 AND outcome.winner << 32 | 4294967295;

-- The rows of the newest run, one for each key.
CREATE VIEW resources AS
SELECT target.account_id,
       row.json ->> '$.account_name' AS account_name,
       row.json ->> '$.ou_path' AS ou_path,
       row.json ->> '$.partition' AS partition,
       coalesce(row.json ->> '$.region', nullif(target.region, '')) AS region,
       target.job AS type,
       row.json ->> '$.id' AS id,
       row.json ->> '$.arn' AS arn,
       row.json ->> '$.name' AS name,
       row.json -> '$.tags' AS tags,
       row.json -> '$.data' AS data,
       row.json ->> '$.collected_at' AS collected_at
FROM target
CROSS JOIN outcome ON outcome.target = target.id
CROSS JOIN row ON row.id BETWEEN outcome.winner << 32 AND outcome.winner << 32 | 4294967295
WHERE row.repeated IS NULL AND target.run = (SELECT max(id) FROM run);
