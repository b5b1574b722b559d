-- What rows say is read once and kept small before it is sorted: they may be large.
WITH told AS MATERIALIZED (
    SELECT type, account_id, region, 1 AS resource, 0 AS lacking,
           CASE WHEN tags = '{}' THEN 1 WHEN tags <> 'null' THEN 0 END AS bare
    FROM resources
    UNION ALL
    SELECT type, NULL, NULL, 0, outcome <> 'completed', NULL FROM asked
)
SELECT type,
       sum(resource) AS resources,
       count(DISTINCT account_id) AS accounts,
       count(DISTINCT region) AS regions,
       sum(bare) AS untagged,
       sum(lacking) AS incomplete
FROM told
GROUP BY type
ORDER BY type
