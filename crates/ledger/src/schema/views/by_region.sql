-- What rows say is read once and kept small before it is sorted: they may be large.
WITH told AS MATERIALIZED (
    SELECT region, account_id, type, 1 AS resource, 0 AS lacking,
           CASE WHEN tags = '{}' THEN 1 WHEN tags <> 'null' THEN 0 END AS bare
    FROM resources
    UNION ALL
    SELECT region, NULL, NULL, 0, outcome <> 'completed', NULL FROM asked
)
SELECT region,
       sum(resource) AS resources,
       count(DISTINCT type) AS types,
       count(DISTINCT account_id) AS accounts,
       sum(bare) AS untagged,
       sum(lacking) AS incomplete
FROM told
GROUP BY region
ORDER BY region
