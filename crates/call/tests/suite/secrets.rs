//! Nothing of an input or an answer is in an error, in `Debug`, or in the SDK's traces of answers.

use serde_json::json;

use crate::script::*;

#[tokio::test(start_paused = true)]
async fn no_value_of_input_or_answer_is_told() {
    let call = async |answer: fn() -> Answer, input: serde_json::Value| {
        let world = World::new(move |_, _| answer()).await;
        let result = world.caller.call("secretsmanager", "PutSecretValue", input).await;
        (world, result)
    };
    let good = || json!({"SecretId": "s", "SecretString": "canary-in-input"});
    for (answer, input) in [
        ((|| status(400, r#"{"__type":"X","message":"no"}"#)) as fn() -> Answer, good()),
        (|| status(500, "canary-in-answer"), good()),
        (|| ok("canary-in-answer"), good()),
        (|| ok(r#"{"VersionId": {"canary-in-answer": 1}}"#), good()),
        (|| ok("<html>canary-in-answer</html>"), good()),
        (|| ok(""), json!({"SecretId": "s", "SecretString": ["canary-in-input"]})),
        (|| ok(""), json!({"SecretId": {"canary": "canary-in-input"}, "SecretBinary": "canary in input!"})),
    ] {
        let (world, result) = call(answer, input).await;
        if let Err(error) = result {
            let mut texts = vec![error.to_string(), format!("{error:?}")];
            if let Some(failure) = error.failure() {
                texts.push(format!("{failure:#?} {failure} {}", failure.next_step()));
            }
            for text in texts {
                assert!(!text.contains("canary-in") && !text.contains("canary in"), "{text}");
                assert!(!text.contains("canary-secret-key"), "{text}");
            }
        }
        let debug = format!("{:?}", world.caller);
        assert!(!debug.contains("canary"), "{debug}");
    }
}

#[tokio::test(start_paused = true)]
async fn pages_and_items_show_no_input() {
    let world = World::new(|_, _| ok("{}")).await;
    let input = json!({"SecretId": "canary"});
    let pages = world.caller.pages("secretsmanager", "ListSecretVersionIds", input.clone()).unwrap();
    let items = world.caller.items("secretsmanager", "ListSecretVersionIds", input).unwrap();
    assert!(!format!("{pages:?} {items:?}").contains("canary"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_broken_inside_a_secret_does_not_show_it() {
    for body in [
        r#"{"SecretBinary": "canary-in-answer!"}"#,
        r#"{"SecretString": "canary-in-answer"#,
        r#"{"CreatedDate": "canary-in-answer", "VersionStages": "canary-in-answer"}"#,
        r#"{"SecretString": "canary-in-answer", "VersionStages": {"canary-in-answer": "canary-in-answer"}}"#,
        r#"{"SecretString": canary-in-answer}"#,
    ] {
        let world = World::new(move |_, _| ok(body)).await;
        let result = world.caller.call("secretsmanager", "GetSecretValue", json!({"SecretId": "s"})).await;
        if let Err(error) = result {
            let text = format!("{error} {error:?}");
            assert!(!text.contains("canary"), "{text}");
        }
    }
}
