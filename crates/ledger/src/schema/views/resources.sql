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
WHERE row.repeated IS NULL AND target.run = :run
