-- Where tags were not collected they are null, which says nothing of them.
SELECT account_id, account_name, ou_path, region, type, id, name, arn
FROM resources
WHERE tags = '{}'
