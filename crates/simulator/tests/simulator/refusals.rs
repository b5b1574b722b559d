//! What is refused, and in which words.

use serde_json::json;

use crate::support::*;

#[tokio::test(start_paused = true)]
async fn a_role_that_does_not_let_the_caller_in_is_denied_without_a_reason() {
    let sim = simulator(|spec| spec.suspended = 1);
    let accounts = &sim.truth().accounts;
    let hub = format!("arn:aws:iam::{}:user/hub", accounts[0].id);
    let no_such_role = format!("arn:aws:iam::{}:role/Nobody", accounts[1].id);
    let china = format!("arn:aws-cn:iam::{}:role/OrganizationAccountAccessRole", accounts[1].id);
    for arn in [role(&accounts[0].id), role(&accounts[24].id), role("999999999999"), no_such_role, china] {
        let answer = send(&sim, assume(&Key::hub(), &arn)).await;
        assert_eq!((answer.status, answer.text("Code")), (403, "AccessDenied".into()), "{arn}");
        assert_eq!(answer.text("Type"), "Sender");
        let expected = format!("User: {hub} is not authorized to perform: sts:AssumeRole on resource: {arn}");
        assert_eq!(answer.text("Message"), expected);
    }
    // A member's role trusts the management account, not another member.
    let other = assume(&member(&sim, 1).await, &role(&accounts[2].id));
    assert_eq!(refused(&sim, other).await, is(403, "AccessDenied"));
}

#[tokio::test(start_paused = true)]
async fn an_assume_role_that_makes_no_sense_is_invalid() {
    let sim = simulator(|_| ());
    let role = role(&sim.truth().accounts[1].id);
    let session = ("RoleSessionName", "unit-test");
    for (arn, more) in [
        ("arn:aws:iam::12345:role/TooFewDigits", vec![session]),
        ("arn:aws:iam::123456789012:user/not-a-role", vec![session]),
        ("not-an-arn-but-long-enough", vec![session]),
        ("short", vec![session]),
        (role.as_str(), vec![]),
        (role.as_str(), vec![("RoleSessionName", "x")]),
        (role.as_str(), vec![("RoleSessionName", "with space")]),
        (role.as_str(), vec![session, ("DurationSeconds", "899")]),
        (role.as_str(), vec![session, ("DurationSeconds", "43201")]),
        (role.as_str(), vec![session, ("DurationSeconds", "soon")]),
        (role.as_str(), vec![session, ("ExternalId", "x")]),
        (role.as_str(), vec![session, ("SourceIdentity", "aws:me")]),
        (role.as_str(), vec![session, ("PolicyArns.member.1.arn", "ReadOnlyAccess")]),
        (role.as_str(), vec![session, ("Tags.member.1.Key", "no-value")]),
        (role.as_str(), vec![session, ("SerialNumber", "arn:aws:iam::1:mfa/hub"), ("TokenCode", "12345a")]),
        (role.as_str(), vec![session, ("TokenCode", "12345")]),
        (role.as_str(), vec![session, ("ProvidedContexts.member.1.ProviderArn", "arn:aws:iam::1:x")]),
    ] {
        let request = assume_with(&Key::hub(), arn, &more);
        assert_eq!(refused(&sim, request).await, is(400, "ValidationError"), "{arn} {more:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn members_may_not_list_the_organization() {
    let sim = simulator(|_| ());
    let request = organizations(&member(&sim, 1).await, "ListAccounts", json!({}));
    assert_eq!(refused(&sim, request).await, is(400, "AccessDeniedException"));
}

#[tokio::test(start_paused = true)]
async fn a_request_without_a_signature_is_refused_in_every_protocol() {
    let sim = simulator(|_| ());
    let key = Key::hub();
    for (mut request, expected) in [
        (form(&key, "sts", "us-east-1", &[("Action", "GetCallerIdentity")]), "MissingAuthenticationToken"),
        (describe_instances(&key, "us-east-1", &[]), "MissingAuthenticationToken"),
        (organizations(&key, "ListAccounts", json!({})), "MissingAuthenticationTokenException"),
        (list_regions(&key, json!({})), "MissingAuthenticationTokenException"),
        (s3(&key, "/"), "AccessDenied"),
    ] {
        request.headers_mut().remove("authorization");
        assert_eq!(refused(&sim, request).await, is(403, expected));
    }
    assert!(sim.log().iter().all(|request| request.account.is_none() && request.service.is_none()));
}

#[tokio::test(start_paused = true)]
async fn an_issued_key_is_worth_nothing_without_its_own_token() {
    let sim = simulator(|_| ());
    let (one, two) = (member(&sim, 1).await, member(&sim, 2).await);
    let of_another_run = Key { id: "ASIASIMAAAAAAAAAAAAA".into(), token: one.token.clone() };
    for key in
        [Key { token: None, ..one.clone() }, Key { token: two.token.clone(), ..one.clone() }, of_another_run]
    {
        for (request, status, code) in [
            (form(&key, "sts", "us-east-1", &[("Action", "GetCallerIdentity")]), 403, "InvalidClientTokenId"),
            (describe_instances(&key, "us-east-1", &[]), 401, "AuthFailure"),
            (organizations(&key, "DescribeOrganization", json!({})), 400, "UnrecognizedClientException"),
            (list_regions(&key, json!({})), 403, "UnrecognizedClientException"),
            (s3(&key, "/"), 400, "InvalidToken"),
        ] {
            assert_eq!(refused(&sim, request).await, is(status, code));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_foreign_temporary_key_is_the_hub() {
    let sim = simulator(|_| ());
    let key = Key { id: "ASIAIOSFODNN7EXAMPLE".into(), token: Some("of some single sign-on".into()) };
    let answer = send(&sim, form(&key, "sts", "us-east-1", &[("Action", "GetCallerIdentity")])).await;
    assert_eq!(answer.text("Account"), sim.truth().management_account);
}

#[tokio::test(start_paused = true)]
async fn a_region_that_is_not_enabled_does_not_know_the_key() {
    let sim = simulator(|spec| spec.regions = vec!["eu-west-1".into()]);
    let key = member(&sim, 1).await;
    let identity = |region| form(&key, "sts", region, &[("Action", "GetCallerIdentity")]);
    for region in ["af-south-1", "xx-nowhere-1"] {
        assert_eq!(refused(&sim, identity(region)).await, is(403, "InvalidClientTokenId"));
    }
    // Credentials are to be had in every region that AWS itself enables.
    assert_eq!(send(&sim, identity("us-west-2")).await.status, 200);
    for region in ["af-south-1", "us-west-2", "xx-nowhere-1"] {
        assert_eq!(refused(&sim, describe_instances(&key, region, &[])).await, is(401, "AuthFailure"));
    }
    // us-east-1 cannot be disabled: it answers, though nothing is in it.
    let empty = send(&sim, describe_instances(&key, "us-east-1", &[])).await;
    assert_eq!((empty.status, empty.texts("instanceId").len()), (200, 0));
}

#[tokio::test(start_paused = true)]
async fn page_sizes_outside_the_bounds_are_refused() {
    let sim = simulator(|_| ());
    let key = Key::hub();
    for size in ["0", "4", "1001", "-1", "many", ""] {
        let request = describe_instances(&key, "us-east-1", &[("MaxResults", size)]);
        assert_eq!(refused(&sim, request).await, is(400, "InvalidParameterValue"), "{size}");
    }
    for size in [json!(0), json!(-5), json!(21), json!(5_000_000_000_u64)] {
        let request = organizations(&key, "ListAccounts", json!({ "MaxResults": size }));
        assert_eq!(refused(&sim, request).await, is(400, "InvalidInputException"), "{size}");
    }
    for size in [json!(0), json!(51), json!("5")] {
        let request = list_regions(&key, json!({ "MaxResults": size }));
        assert_eq!(refused(&sim, request).await, is(400, "ValidationException"), "{size}");
    }
    for size in ["0", "10001", "x", ""] {
        let request = s3(&key, &format!("/?max-buckets={size}"));
        assert_eq!(refused(&sim, request).await, is(400, "InvalidArgument"), "{size}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_simulated_is_refused_by_name() {
    let sim = simulator(|_| ());
    let key = Key::hub();
    let filtered = describe_instances(&key, "us-east-1", &[("Filter.1.Name", "vpc-id")]);
    let answer = send(&sim, filtered).await;
    assert_eq!((answer.status, answer.text("Code")), (400, "UnsupportedOperation".into()));
    assert!(answer.text("Message").contains("Filter.1.Name"), "{answer:?}");
    let dry = describe_instances(&key, "us-east-1", &[("DryRun", "true")]);
    assert_eq!(refused(&sim, dry).await, is(412, "DryRunOperation"));
}

#[tokio::test(start_paused = true)]
async fn an_unknown_operation_gets_the_error_of_its_protocol() {
    let sim = simulator(|_| ());
    let key = Key::hub();
    let post = |service: &str, path: &str, kind: &str, body: &str| {
        signed(&key, service, "us-east-1")
            .method("POST")
            .uri(format!("http://127.0.0.1{path}"))
            .header("content-type", kind)
            .body(body.to_owned())
            .unwrap()
    };
    let is_form = "application/x-www-form-urlencoded";
    for (request, status, code) in [
        (form(&key, "sts", "us-east-1", &[("Action", "GetFederationToken")]), 400, "InvalidAction"),
        (form(&key, "sts", "us-east-1", &[]), 400, "InvalidAction"),
        (form(&key, "ec2", "us-east-1", &[("Action", "RunInstances")]), 400, "InvalidAction"),
        (post("iam", "/", is_form, "Action=CreateUser&Version=2010-05-08"), 400, "InvalidAction"),
        (organizations(&key, "CreatePolicy", json!({})), 400, "UnknownOperationException"),
        (post("account", "/enableRegion", "application/json", "{}"), 404, "UnknownOperationException"),
        (post("lambda", "/2015-03-31/functions", "application/json", "{}"), 404, "UnknownOperationException"),
        (post("s3", "/some-bucket?delete", "application/xml", "<Delete/>"), 501, "NotImplemented"),
        (s3(&key, "/?policy"), 501, "NotImplemented"),
    ] {
        assert_eq!(refused(&sim, request).await, is(status, code));
    }
    let named: Vec<String> = sim.log().into_iter().map(|request| request.operation).collect();
    assert_eq!(named[..3], ["GetFederationToken", "", "RunInstances"]);
    assert_eq!(named[5], "EnableRegion");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_no_json_object_is_refused() {
    let sim = simulator(|_| ());
    for body in ["{", "[]", "\u{fffd}", "null"] {
        let request = organizations(&Key::hub(), "ListAccounts", json!({})).map(|_| body.to_owned());
        assert_eq!(refused(&sim, request).await, is(400, "SerializationException"), "{body}");
    }
    let empty = organizations(&Key::hub(), "ListAccounts", json!({})).map(|_| String::new());
    assert_eq!(send(&sim, empty).await.status, 200);
}
