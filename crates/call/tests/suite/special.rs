//! What operations do that no model tells.

use serde_json::{Value, json};

use crate::script::*;

/// The answer to a call, and the request.
async fn call(service: &str, operation: &str, input: Value, answer: Answer) -> (Value, Asked) {
    let Answer(status, headers, body) = answer;
    let world = World::new(move |_, _| Answer(status, headers.clone(), body.clone())).await;
    let value = world.caller.call(service, operation, input).await.unwrap();
    (value, world.asked().pop().unwrap())
}

#[tokio::test(start_paused = true)]
async fn where_a_bucket_is_is_the_text_of_the_root() {
    for (body, expected) in [
        ("<LocationConstraint xmlns='x'>eu-west-1</LocationConstraint>", json!("eu-west-1")),
        ("<LocationConstraint xmlns='x'/>", Value::Null),
    ] {
        let (answer, _) = call("s3", "GetBucketLocation", json!({"Bucket": "b"}), ok(body)).await;
        assert_eq!(answer, json!({ "LocationConstraint": expected }));
    }
}

#[tokio::test(start_paused = true)]
async fn keys_are_asked_for_as_in_urls_and_given_as_they_are() {
    let body = "<ListBucketResult><EncodingType>url</EncodingType><Prefix>a%2F</Prefix><Name>b</Name>\
        <Contents><Key>a%2F%01+x%2By</Key></Contents><CommonPrefixes><Prefix>a%2Fb%2F</Prefix></CommonPrefixes>\
        </ListBucketResult>";
    let (answer, asked) = call("s3", "ListObjectsV2", json!({"Bucket": "b"}), ok(body)).await;
    assert!(asked.target.contains("encoding-type=url"));
    assert_eq!(answer["Prefix"], "a/");
    assert_eq!(answer["Contents"][0]["Key"], "a/\u{1} x+y");
    assert_eq!(answer["CommonPrefixes"][0]["Prefix"], "a/b/");
    // Who asks for it gets it so.
    let input = json!({"Bucket": "b", "EncodingType": "url"});
    let (answer, _) = call("s3", "ListObjectsV2", input, ok(body)).await;
    assert_eq!(answer["Contents"][0]["Key"], "a%2F%01+x%2By");
    // And of an answer that is not in that form nothing is changed.
    let plain = "<ListVersionsResult><Version><Key>a%2Fb</Key></Version></ListVersionsResult>";
    let (answer, _) = call("s3", "ListObjectVersions", json!({"Bucket": "b"}), ok(plain)).await;
    assert_eq!(answer["Versions"][0]["Key"], "a%2Fb");
}

#[tokio::test(start_paused = true)]
async fn expires_is_a_time_where_it_is_one_and_the_text_is_there_in_any_case() {
    let input = || json!({"Bucket": "b", "Key": "k"});
    let time = "Thu, 01 Jan 2026 00:00:00 GMT";
    let (answer, _) = call("s3", "HeadObject", input(), ok("").header("expires", time)).await;
    assert_eq!(
        (&answer["Expires"], &answer["ExpiresString"]),
        (&json!("2026-01-01T00:00:00+00:00"), &json!(time))
    );
    let (answer, _) = call("s3", "HeadObject", input(), ok("").header("expires", "never")).await;
    assert_eq!((answer.get("Expires"), &answer["ExpiresString"]), (None, &json!("never")));
}

#[tokio::test(start_paused = true)]
async fn policies_of_iam_are_given_as_what_they_are() {
    let role = "<GetRoleResponse><GetRoleResult><Role><RoleName>r</RoleName><AssumeRolePolicyDocument>\
        %7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D</AssumeRolePolicyDocument></Role>\
        </GetRoleResult></GetRoleResponse>";
    let policy = json!({"Version": "2012-10-17", "Statement": []});
    let (answer, _) = call("iam", "GetRole", json!({"RoleName": "r"}), ok(role)).await;
    assert_eq!(answer["Role"]["AssumeRolePolicyDocument"], policy);

    // Item by item too.
    let list = role
        .replace("GetRole", "ListRoles")
        .replace("<Role>", "<Roles><member>")
        .replace("</Role>", "</member></Roles>");
    let world = World::new(move |_, _| ok(list.clone())).await;
    let mut items = world.caller.items("iam", "ListRoles", json!({})).unwrap();
    assert_eq!(items.next().await.unwrap().unwrap()["AssumeRolePolicyDocument"], policy);
    // What is no JSON stays.
    let odd = role.replace("%7B", "");
    let (answer, _) = call("iam", "GetRole", json!({"RoleName": "r"}), ok(odd)).await;
    assert!(answer["Role"]["AssumeRolePolicyDocument"].as_str().unwrap().contains("%22Version%22"));
}

#[tokio::test(start_paused = true)]
async fn templates_and_console_output_are_given_as_what_they_are() {
    let template = |body: &str| {
        format!(
            "<GetTemplateResponse><GetTemplateResult><TemplateBody>{body}</TemplateBody></GetTemplateResult>\
             </GetTemplateResponse>"
        )
    };
    let input = || json!({"StackName": "s"});
    let (answer, _) =
        call("cloudformation", "GetTemplate", input(), ok(template(r#"{"Resources": {}}"#))).await;
    assert_eq!(answer["TemplateBody"], json!({"Resources": {}}));
    let (answer, _) = call("cloudformation", "GetTemplate", input(), ok(template("Resources: {a: 1}"))).await;
    assert_eq!(answer["TemplateBody"], "Resources: {a: 1}");

    let output = "<GetConsoleOutputResponse><output>bG9naW46/w==</output></GetConsoleOutputResponse>";
    let (answer, _) = call("ec2", "GetConsoleOutput", json!({"InstanceId": "i-1"}), ok(output)).await;
    assert_eq!(answer["Output"], "login:\u{fffd}");
}

#[tokio::test(start_paused = true)]
async fn ids_of_route_53_go_out_as_they_are_wanted() {
    let zone = "<GetHostedZoneResponse/>";
    for id in ["/hostedzone/Z1", "Z1"] {
        let (_, asked) = call("route53", "GetHostedZone", json!({"Id": id}), ok(zone)).await;
        assert_eq!(asked.target, "/2013-04-01/hostedzone/Z1");
    }
    let change = "<GetChangeResponse/>";
    let (_, asked) = call("route53", "GetChange", json!({"Id": "/change/C1"}), ok(change)).await;
    assert_eq!(asked.target, "/2013-04-01/change/C1");
}

#[tokio::test(start_paused = true)]
async fn glacier_and_api_gateway_get_the_headers_they_want() {
    let (_, asked) = call("glacier", "ListVaults", json!({}), ok("{}")).await;
    assert_eq!(asked.target, "/-/vaults");
    assert_eq!(asked.header("x-amz-glacier-version"), Some("2012-06-01"));
    let (_, asked) = call("glacier", "ListVaults", json!({"accountId": "111122223333"}), ok("{}")).await;
    assert_eq!(asked.target, "/111122223333/vaults");
    // Of one piece the hash of the tree is that of the piece: `printf abc | sha256sum`.
    let input = json!({"vaultName": "v", "body": "YWJj"});
    let (_, asked) = call("glacier", "UploadArchive", input, ok("")).await;
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(asked.header("x-amz-sha256-tree-hash"), Some(hash));
    assert_eq!(asked.header("x-amz-content-sha256"), Some(hash));

    let (_, asked) = call("apigateway", "GetRestApis", json!({}), ok("{}")).await;
    assert_eq!(asked.header("accept"), Some("application/json"));
}

#[tokio::test(start_paused = true)]
async fn keys_of_customers_and_sources_of_copies_go_out_as_s3_wants_them() {
    // `printf 0123456789abcdef0123456789abcdef | base64`, and its MD5: `… | openssl md5 -binary | base64`.
    let input = json!({"Bucket": "b", "Key": "k", "SSECustomerAlgorithm": "AES256",
        "SSECustomerKey": "0123456789abcdef0123456789abcdef"});
    let (_, asked) = call("s3", "HeadObject", input, ok("")).await;
    let header = |name: &str| asked.header(&format!("x-amz-server-side-encryption-customer-{name}"));
    assert_eq!(header("key"), Some("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="));
    assert_eq!(header("key-md5"), Some("hRasmdxgYDKV3nvbahU1MA=="));

    let result = || ok("<CopyObjectResult/>");
    let input = |source: &str| json!({"Bucket": "b", "Key": "k", "CopySource": source});
    let (_, asked) = call("s3", "CopyObject", input("b/a ü+?versionId=v+1"), result()).await;
    assert_eq!(asked.header("x-amz-copy-source"), Some("b/a%20%C3%BC%2B?versionId=v+1"));
}

#[tokio::test(start_paused = true)]
async fn user_data_is_given_as_text() {
    let (_, asked) = call(
        "ec2",
        "RunInstances",
        json!({"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1, "UserData": "#!/bin/sh\n"}),
        ok("<RunInstancesResponse/>"),
    )
    .await;
    assert!(asked.body.contains("UserData=IyEvYmluL3NoCg%3D%3D"), "{}", asked.body);
}

#[tokio::test(start_paused = true)]
async fn writes_to_s3_have_their_checksums_and_keep_ends_of_lines() {
    let input = json!({"Bucket": "b", "Delete": {"Objects": [{"Key": "a\r\nb"}]}});
    let (_, asked) = call("s3", "DeleteObjects", input, ok("<DeleteResult/>")).await;
    assert!(asked.body.contains("a&#xD;&#xA;b"), "{}", asked.body);
    assert_eq!(asked.header("x-amz-sdk-checksum-algorithm"), Some("CRC32"));
    assert!(asked.header("x-amz-checksum-crc32").is_some());
    // The check value of CRC-32, in base64.
    let input = json!({"Bucket": "b", "Key": "k", "Body": "MTIzNDU2Nzg5"});
    let (_, asked) = call("s3", "PutObject", input, ok("")).await;
    assert_eq!(asked.body, "123456789");
    assert_eq!(asked.header("x-amz-checksum-crc32"), Some("y/Q5Jg=="));
}

#[tokio::test(start_paused = true)]
async fn single_sign_on_says_what_is_wrong_under_a_name_of_its_own() {
    let body = r#"{"error":"authorization_pending","error_description":"wait"}"#;
    let answer =
        move |_, _: &Asked| status(400, body).header("x-amzn-errortype", "AuthorizationPendingException");
    let world = World::new(answer).await;
    let input = json!({"clientId": "c", "clientSecret": "s", "grantType": "g"});
    let error = world.caller.call("sso-oidc", "CreateToken", input).await.unwrap_err();
    assert_eq!(error.failure().unwrap().message(), "wait");
}
