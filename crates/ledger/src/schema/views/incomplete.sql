SELECT account_id, account_name, ou_path, region, type, outcome, kind, code, message, hint, hop, policy, request_id,
       attempts
FROM asked
WHERE outcome <> 'completed'
UNION ALL
-- Accounts or regions may be missing of which there is no target.
SELECT NULL, NULL, NULL, NULL, NULL, 'open', NULL, NULL,
       coalesce((SELECT name || ': ' || error FROM discovery
                 WHERE run = :run AND error IS NOT NULL ORDER BY name LIMIT 1),
                'not everything has been planned'),
       'there may be more targets: go on with --resume', NULL, NULL, NULL, 0
FROM run
WHERE id = :run AND plan_complete = 0
ORDER BY account_id, region, type
