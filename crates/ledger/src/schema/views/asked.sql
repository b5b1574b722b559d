-- The targets of the run that no rule left out. The other views count what they lack by it.
SELECT target.account_id,
       CASE WHEN json_valid(listed) THEN listed ->> '$.name' END AS account_name,
       CASE WHEN json_valid(listed) THEN listed ->> '$.ou_path' END AS ou_path,
       nullif(target.region, '') AS region,
       target.job AS type,
       -- Nobody wrote an end: it is under way, or its process died.
       coalesce(outcome, 'open') AS outcome,
       kind, code, message, hint, hop, policy, request_id,
       coalesce(attempts, 0) AS attempts
FROM target
LEFT JOIN outcome ON outcome.target = target.id
LEFT JOIN account ON account.run = target.run AND account.account_id = target.account_id
WHERE target.run = :run AND outcome IS NOT 'skipped'
