-- One pass over the rows; of types that are not named here nothing is read. Shapes are those of the API models.
WITH policed AS (
    SELECT *,
           CASE type
           WHEN 'sqs:queue' THEN data ->> '$.GetQueueAttributes.Policy'
           WHEN 'sns:topic' THEN data ->> '$.GetTopicAttributes.Policy'
           WHEN 'lambda:function' THEN data ->> '$.GetPolicy'
           WHEN 'ecr:repository' THEN data ->> '$.GetRepositoryPolicy'
           END AS policy
    FROM resources
), reached AS (
    SELECT account_id, account_name, ou_path, region, type, id, name, arn, coalesce(
           CASE type
           WHEN 'ec2:instance' THEN
               'public address ' || nullif(data ->> '$.PublicIpAddress', '')
           WHEN 'ec2:network-interface' THEN
               'public address ' || nullif(data ->> '$.Association.PublicIp', '')
           -- One that is bound to nothing leads nowhere.
           WHEN 'ec2:elastic-ip' THEN
               CASE WHEN data ->> '$.AssociationId' IS NOT NULL OR data ->> '$.InstanceId' <> ''
               THEN 'public address ' || (data ->> '$.PublicIp')
                    || coalesce(' of ' || coalesce(nullif(data ->> '$.InstanceId', ''),
                                                   data ->> '$.NetworkInterfaceId'), '') END
           WHEN 'ec2:image' THEN
               CASE WHEN data ->> '$.Public' = 1 THEN 'shared with everybody' END
           WHEN 'ec2:security-group' THEN 'lets everybody in: ' || (
               SELECT group_concat(port, ', ' ORDER BY port) FROM (
                   SELECT DISTINCT CASE
                       WHEN rule ->> '$.IpProtocol' = '-1' THEN 'all traffic'
                       WHEN rule ->> '$.IpProtocol' NOT IN ('tcp', 'udp') OR rule ->> '$.FromPort' IS NULL
                           THEN rule ->> '$.IpProtocol'
                       WHEN rule ->> '$.FromPort' = rule ->> '$.ToPort'
                           THEN (rule ->> '$.IpProtocol') || ' ' || (rule ->> '$.FromPort')
                       ELSE (rule ->> '$.IpProtocol') || ' ' || (rule ->> '$.FromPort') || '-' || (rule ->> '$.ToPort')
                       END AS port
                   FROM (SELECT CASE type WHEN 'object' THEN value END AS rule
                         FROM json_each(data, '$.IpPermissions'))
                   WHERE EXISTS (SELECT 1 FROM json_each(rule, '$.IpRanges')
                                 WHERE CASE type WHEN 'object' THEN value ->> '$.CidrIp' END = '0.0.0.0/0')
                      OR EXISTS (SELECT 1 FROM json_each(rule, '$.Ipv6Ranges')
                                 WHERE CASE type WHEN 'object' THEN value ->> '$.CidrIpv6' END = '::/0')))
           WHEN 'rds:db' THEN
               CASE WHEN data ->> '$.PubliclyAccessible' = 1 THEN 'publicly accessible' END
           WHEN 'rds:cluster' THEN
               CASE WHEN data ->> '$.PubliclyAccessible' = 1 THEN 'publicly accessible' END
           WHEN 'redshift:cluster' THEN
               CASE WHEN data ->> '$.PubliclyAccessible' = 1 THEN 'publicly accessible' END
           WHEN 'elasticloadbalancing:loadbalancer' THEN
               CASE WHEN data ->> '$.Scheme' = 'internet-facing' THEN 'faces the internet' END
           WHEN 'cloudfront:distribution' THEN
               CASE WHEN data ->> '$.Enabled' = 1 THEN 'serves the internet' END
           WHEN 'apigateway:restapi' THEN
               CASE WHEN data ->> '$.endpointConfiguration.types[0]' IN ('EDGE', 'REGIONAL')
               THEN 'an endpoint on the internet' END
           -- Of these only the details tell.
           WHEN 'es:domain' THEN
               CASE WHEN data ->> '$.DescribeDomains.Endpoint' IS NOT NULL THEN 'an endpoint on the internet' END
           WHEN 'eks:cluster' THEN
               CASE WHEN data ->> '$.DescribeCluster.resourcesVpcConfig.endpointPublicAccess' = 1
                     AND (data ->> '$.DescribeCluster.resourcesVpcConfig.publicAccessCidrs' IS NULL
                          OR EXISTS (SELECT 1
                                     FROM json_each(data, '$.DescribeCluster.resourcesVpcConfig.publicAccessCidrs')
                                     WHERE value IN ('0.0.0.0/0', '::/0')))
               THEN 'an endpoint on the internet' END
           WHEN 's3:bucket' THEN
               CASE
               WHEN data ->> '$.GetBucketPolicyStatus.IsPublic' = 1
                    AND data ->> '$.GetPublicAccessBlock.RestrictPublicBuckets' IS NOT 1
               THEN 'its policy is public'
               WHEN data ->> '$.GetPublicAccessBlock.IgnorePublicAcls' IS NOT 1
                    AND EXISTS (SELECT 1 FROM json_each(data, '$.GetBucketAcl.Grants')
                                WHERE CASE type WHEN 'object' THEN value ->> '$.Grantee.URI' END IN
                                      ('http://acs.amazonaws.com/groups/global/AllUsers',
                                       'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'))
               THEN 'its access list lets everybody in' END
           WHEN 'lambda:function' THEN
               CASE WHEN EXISTS (SELECT 1 FROM json_each(data, '$.ListFunctionUrlConfigs')
                                 WHERE CASE type WHEN 'object' THEN value ->> '$.AuthType' END = 'NONE')
               THEN 'a URL that asks for no credentials' END
           END,
           -- Under a condition everybody is often nobody: such statements are left out.
           CASE WHEN json_valid(policy) AND EXISTS (
               SELECT 1 FROM (
                   SELECT CASE type WHEN 'object' THEN value END AS statement
                   FROM json_each(CASE json_type(policy, '$.Statement')
                                  WHEN 'array' THEN policy -> '$.Statement'
                                  WHEN 'object' THEN json_array(policy -> '$.Statement') END))
               WHERE statement ->> '$.Effect' = 'Allow'
                 AND coalesce(statement -> '$.Condition', 'null') IN ('null', '{}')
                 AND (statement ->> '$.Principal' = '*'
                      OR EXISTS (SELECT 1 FROM json_each(statement, '$.Principal.AWS') WHERE value = '*')))
           THEN 'its policy lets everybody in' END) AS why
    FROM policed
)
SELECT * FROM reached WHERE why IS NOT NULL
