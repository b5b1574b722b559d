use orgwide_models::{Kind, Member, Operation, TimestampFormat};
use serde_json::Value;

use super::context::{Context, Field};
use super::percent::encode;

/// The body of a request of the query protocol, or in EC2's dialect of it.
pub(super) fn body<'a>(
    context: Context<'a>,
    operation: &Operation,
    fields: impl IntoIterator<Item = Field<'a>>,
    is_ec2: bool,
) -> String {
    let mut form = Form { context, is_ec2, name: String::new(), text: String::new() };
    form.pair("Action", context.model.text(operation.name));
    form.pair("Version", &context.model.service().version);
    form.fields(fields);
    form.text
}

/// `Filter.1.Name=…&Filter.1.Value.1=…`
struct Form<'a> {
    context: Context<'a>,
    is_ec2: bool,
    /// The name of the value that is being written.
    name: String,
    text: String,
}

impl<'a> Form<'a> {
    fn pair(&mut self, name: &str, value: &str) {
        if !self.text.is_empty() {
            self.text.push('&');
        }
        self.text.extend(encode(name));
        self.text.push('=');
        self.text.extend(encode(value));
    }

    /// With a part added to the name.
    fn within(&mut self, part: &str, write: impl FnOnce(&mut Self)) {
        let length = self.name.len();
        if length > 0 {
            self.name.push('.');
        }
        self.name.push_str(part);
        write(self);
        self.name.truncate(length);
    }

    fn fields(&mut self, fields: impl IntoIterator<Item = Field<'a>>) {
        for (member, value) in fields {
            let name = self.member_name(member);
            self.within(&name, |form| form.value(member, value));
        }
    }

    fn member_name(&self, member: &Member) -> String {
        let context = self.context;
        if !self.is_ec2 {
            return context.wire(member).to_owned();
        }
        match (member.query_name, context.own_wire(member)) {
            (Some(name), _) => context.model.text(name).to_owned(),
            (None, Some(wire)) => capitalised(wire),
            (None, None) => context.name(member).to_owned(),
        }
    }

    fn value(&mut self, member: &'a Member, value: &'a Value) {
        let shape = self.context.shape(member);
        match shape.kind {
            Kind::Structure => self.fields(self.context.fields(shape, value)),
            Kind::List => self.list(member, value),
            Kind::Map => self.map(member, value),
            _ => {
                let text = self.context.text(member, value, TimestampFormat::Iso8601);
                let name = std::mem::take(&mut self.name);
                self.pair(&name, &text);
                self.name = name;
            }
        }
    }

    fn list(&mut self, member: &'a Member, value: &'a Value) {
        let (context, shape) = (self.context, self.context.shape(member));
        let (Some(element), elements) = (shape.members.first(), context.elements(value)) else { return };
        if self.is_ec2 {
            return self.elements(element, elements);
        }
        if elements.is_empty() {
            // An empty list is told, so that it can replace one.
            let name = std::mem::take(&mut self.name);
            self.pair(&name, "");
            self.name = name;
            return;
        }
        let own = context.own_wire(element);
        if !context.is_flattened(member) {
            return self.within(own.unwrap_or("member"), |form| form.elements(element, elements));
        }
        let Some(own) = own else { return self.elements(element, elements) };
        // The element's name takes the place of the list's.
        let name = self.name.clone();
        self.name.truncate(name.rfind('.').unwrap_or(0));
        self.within(own, |form| form.elements(element, elements));
        self.name = name;
    }

    fn elements(&mut self, element: &'a Member, elements: &'a [Value]) {
        for (index, value) in elements.iter().enumerate() {
            self.within(&(index + 1).to_string(), |form| form.value(element, value));
        }
    }

    fn map(&mut self, member: &'a Member, value: &'a Value) {
        let context = self.context;
        let Some(entries) = context.entries(context.shape(member), value) else { return };
        let key_name = context.own_wire(entries.key).unwrap_or("key");
        let value_name = context.own_wire(entries.value).unwrap_or("value");
        let flat = context.is_flattened(member);
        for (index, (key, value)) in entries.object.iter().enumerate() {
            let number = (index + 1).to_string();
            let part = if flat { number } else { format!("entry.{number}") };
            self.within(&part, |form| {
                form.within(key_name, |form| {
                    let name = std::mem::take(&mut form.name);
                    form.pair(&name, key);
                    form.name = name;
                });
                form.within(value_name, |form| form.value(entries.value, value));
            });
        }
    }
}

fn capitalised(name: &str) -> String {
    let mut rest = name.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::request::testing::Service;

    const START: &str = "Action=Call&Version=2026-01-02";

    #[test]
    fn lists_and_maps_have_numbers_from_one() {
        let members = json!({ "Names": { "shape": "strings" }, "Tags": { "shape": "Tags" } });
        let tags = json!({ "type": "map", "key": { "shape": "string" }, "value": { "shape": "string" } });
        let service = Service::new("query", members, json!({ "Tags": tags }));
        assert_eq!(
            service.body(json!({ "Names": ["a b", "c&d"], "Tags": { "k": "v" } })),
            format!(
                "{START}&Names.member.1=a%20b&Names.member.2=c%26d&Tags.entry.1.key=k&Tags.entry.1.value=v"
            ),
        );
    }

    #[test]
    fn the_name_of_a_flattened_lists_element_takes_the_place_of_its_own() {
        let members = json!({ "Outer": { "shape": "Outer" } });
        let outer = json!({ "type": "structure", "members": { "AttributeNames": { "shape": "Names" } } });
        let names = json!({
            "type": "list", "flattened": true, "member": { "shape": "string", "locationName": "AttributeName" },
        });
        let service = Service::new("query", members, json!({ "Outer": outer, "Names": names }));
        assert_eq!(
            service.body(json!({ "Outer": { "AttributeNames": ["All"] } })),
            format!("{START}&Outer.AttributeName.1=All"),
        );
    }

    #[test]
    fn an_empty_list_is_told_in_the_query_protocol_and_not_in_ec2s() {
        for (protocol, body) in [("query", format!("{START}&Names=")), ("ec2", START.to_owned())] {
            let service = Service::new(protocol, json!({ "Names": { "shape": "strings" } }), json!({}));
            assert_eq!(service.body(json!({ "Names": [] })), body);
        }
    }

    #[test]
    fn ec2_has_names_of_its_own() {
        let members = json!({
            "Filters": { "shape": "Filters", "locationName": "filter" },
            "Ids": { "shape": "strings", "locationName": "idSet", "queryName": "Id" },
            "DryRun": { "shape": "boolean" },
        });
        let filter = json!({
            "type": "structure", "members": { "Values": { "shape": "strings", "locationName": "value" } },
        });
        let filters = json!({ "type": "list", "member": { "shape": "Filter", "locationName": "item" } });
        let service = Service::new("ec2", members, json!({ "Filter": filter, "Filters": filters }));
        assert_eq!(
            service.body(json!({ "Filters": [{ "Values": ["x"] }], "Ids": ["i-1"], "DryRun": false })),
            format!("{START}&DryRun=false&Filter.1.Value.1=x&Id.1=i-1"),
        );
    }

    #[test]
    fn times_are_iso_8601_unless_the_model_says_otherwise_and_blobs_base64() {
        let members = json!({
            "Start": { "shape": "timestamp" },
            "End": { "shape": "timestamp", "timestampFormat": "unixTimestamp" },
            "Data": { "shape": "blob" },
        });
        let service = Service::new("query", members, json!({}));
        assert_eq!(
            service.body(json!({ "Start": 0, "End": "1970-01-01T00:00:01.5Z", "Data": "/+8" })),
            format!("{START}&Data=%2F%2B8%3D&End=1.5&Start=1970-01-01T00%3A00%3A00Z"),
        );
    }
}
