use std::borrow::Cow;

use orgwide_models::{Kind, Location, Member, TimestampFormat};
use serde_json::Value;

use super::context::{Context, Field, base64};

/// The headers that members of an input are.
pub(super) fn headers(context: Context<'_>, fields: &[Field<'_>]) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    for (member, value) in fields {
        let name = context.wire(member);
        match member.location {
            Location::Header => {
                if let Some(text) = header(context, member, value) {
                    headers.push((name.to_owned(), text.into_owned()));
                }
            }
            Location::Headers => {
                let Some(entries) = context.entries(context.shape(member), value) else { continue };
                for (key, value) in entries.object {
                    if !value.is_null() {
                        let text = context.text(entries.value, value, TimestampFormat::Rfc822);
                        headers.push((format!("{name}{key}"), text.into_owned()));
                    }
                }
            }
            Location::Body | Location::Uri | Location::Query | Location::Status => {}
        }
    }
    headers
}

/// A header's value; none for an empty list, which would be the same as one empty text.
fn header<'a>(context: Context<'a>, member: &'a Member, value: &'a Value) -> Option<Cow<'a, str>> {
    if member.is_json {
        return Some(base64(value.to_string().as_bytes()).into());
    }
    let shape = context.shape(member);
    let (Kind::List, Some(element)) = (shape.kind, shape.members.first()) else {
        return Some(single(context, member, value));
    };
    let is_text = context.shape(element).kind == Kind::String;
    let elements = context.elements(value).iter().filter(|element| !element.is_null());
    let texts: Vec<_> = elements
        .map(|value| {
            let text = single(context, element, value);
            if is_text { quoted(text) } else { text }
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join(",").into())
}

fn single<'a>(context: Context<'a>, member: &'a Member, value: &'a Value) -> Cow<'a, str> {
    match context.shape(member).kind {
        // A header's time is in whole seconds, whatever its format.
        Kind::Timestamp => context
            .moment(member, value, TimestampFormat::Rfc822)
            .map_or(Cow::Borrowed(""), |(moment, format)| moment.whole_seconds().text(format).into()),
        _ => context.text(member, value, TimestampFormat::Rfc822),
    }
}

/// An element of a list, in quotes if it could be taken for several.
fn quoted(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains(['"', ',']) {
        return format!("\"{}\"", text.replace('"', "\\\"")).into();
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::request::testing::Service;

    #[test]
    fn each_type_has_its_form_in_a_header() {
        let member =
            |shape: &str, name: &str| json!({ "shape": shape, "location": "header", "locationName": name });
        let mut json_member = member("string", "X-Json");
        json_member["jsonvalue"] = json!(true);
        let mut day = member("timestamp", "X-Day");
        day["timestampFormat"] = json!("iso8601");
        let members = json!({
            "List": member("strings", "X-List"), "Empty": member("strings", "X-Empty"), "Json": json_member,
            "At": member("timestamp", "X-At"), "Day": day, "Flag": member("boolean", "X-Flag"),
            "Size": member("long", "X-Size"),
        });
        let parts = Service::new("rest-json", members, json!({})).write(json!({
            "List": ["a", "b,c", "d\"e"], "Empty": [], "Json": { "k": [true] }, "At": 1.9, "Day": 1.9, "Flag": false,
            "Size": 5_000_000_000_i64,
        }));
        assert_eq!(parts.header("X-List"), Some(r#"a,"b,c","d\"e""#));
        assert_eq!(parts.header("X-Empty"), None);
        // {"k":[true]}
        assert_eq!(parts.header("X-Json"), Some("eyJrIjpbdHJ1ZV19"));
        assert_eq!(parts.header("X-At"), Some("Thu, 01 Jan 1970 00:00:01 GMT"));
        assert_eq!(parts.header("X-Day"), Some("1970-01-01T00:00:01Z"));
        assert_eq!(parts.header("X-Flag"), Some("false"));
        assert_eq!(parts.header("X-Size"), Some("5000000000"));
    }

    #[test]
    fn a_map_is_a_header_for_each_entry() {
        let members = json!({
            "Metadata": { "shape": "Metadata", "location": "headers", "locationName": "x-amz-meta-" },
        });
        let map = json!({ "type": "map", "key": { "shape": "string" }, "value": { "shape": "string" } });
        let service = Service::new("rest-xml", members, json!({ "Metadata": map }));
        let parts = service.write(json!({ "Metadata": { "one": "1", "two": "" } }));
        assert_eq!((parts.header("x-amz-meta-one"), parts.header("x-amz-meta-two")), (Some("1"), Some("")));
    }
}
