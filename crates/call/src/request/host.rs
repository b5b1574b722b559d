use orgwide_models::Operation;

use super::context::{Context, Field};

/// What an operation puts before the service's host, with the members it names filled in.
pub(super) fn prefix(context: Context<'_>, operation: &Operation, fields: &[Field<'_>]) -> Option<String> {
    let mut prefix = context.model.text(operation.host_prefix?).to_owned();
    for (member, value) in fields.iter().filter(|(member, _)| member.is_host_label) {
        let label = format!("{{{}}}", context.name(member));
        prefix = prefix.replace(&label, value.as_str().unwrap_or_default());
    }
    Some(prefix)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::request::testing::Service;

    fn service() -> Service {
        let members = json!({ "AccountId": { "shape": "string", "hostLabel": true } });
        Service::new("json", members, json!({}))
            .requiring(&["AccountId"])
            .with("/operations/Call/endpoint", json!({ "hostPrefix": "{AccountId}.data-" }))
    }

    #[test]
    fn a_member_is_put_before_the_host() {
        let parts = service().write(json!({ "AccountId": "123456789012" }));
        assert_eq!(parts.host_prefix.as_deref(), Some("123456789012.data-"));
    }

    #[test]
    fn a_label_is_needed_whether_the_model_says_so_or_not() {
        let service = service().requiring(&[]);
        assert_eq!(service.refusal(&json!({})), "AccountId is missing");
    }

    #[test]
    fn what_would_lead_to_another_host_is_refused() {
        for label in
            ["", "evil.example/", "a@b", "a..b", ".a", "a b", "a:1", "a?", "a#", "ü", &"a".repeat(64)]
        {
            let refusal = service().refusal(&json!({ "AccountId": label }));
            assert!(refusal.starts_with("AccountId is a part of the host name"), "{label}: {refusal}");
        }
    }
}
