-- What rows say is read once and kept small before it is sorted: they may be large.
WITH told AS MATERIALIZED (
    SELECT account_id, account_name, ou_path, region, type, 1 AS resource, 0 AS lacking,
           CASE WHEN tags = '{}' THEN 1 WHEN tags <> 'null' THEN 0 END AS bare
    FROM resources
    UNION ALL
    SELECT account_id, account_name, ou_path, NULL, NULL, 0, outcome <> 'completed', NULL FROM asked
)
SELECT account_id,
       max(account_name) AS account_name,
       max(ou_path) AS ou_path,
       sum(resource) AS resources,
       count(DISTINCT type) AS types,
       count(DISTINCT region) AS regions,
       sum(bare) AS untagged,
       sum(lacking) AS incomplete
FROM told
GROUP BY account_id
ORDER BY account_id
