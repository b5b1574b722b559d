use std::fmt::Write as _;

use orgwide_models::{Kind, Member, TimestampFormat, XmlNamespace};
use serde_json::Value;

use super::context::{Context, Field};

/// The fields of a structure as the XML element of that name.
pub(super) fn element<'a>(
    context: Context<'a>,
    name: &str,
    namespace: Option<XmlNamespace>,
    fields: impl Iterator<Item = Field<'a>> + Clone,
) -> String {
    let mut xml = Xml { context, text: String::new() };
    xml.structure(name, namespace, fields);
    xml.text
}

struct Xml<'a> {
    context: Context<'a>,
    text: String,
}

impl<'a> Xml<'a> {
    fn begin(&mut self, name: &str, namespace: Option<XmlNamespace>) {
        self.text.push('<');
        self.text.push_str(name);
        if let Some(XmlNamespace { uri, prefix }) = namespace {
            let model = self.context.model;
            match prefix.map(|prefix| model.text(prefix)).filter(|prefix| !prefix.is_empty()) {
                Some(prefix) => self.attribute(&format!("xmlns:{prefix}"), model.text(uri)),
                None => self.attribute("xmlns", model.text(uri)),
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        self.escaped(value);
        self.text.push('"');
    }

    fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    /// Text, with everything that a parser would take for something else, change or drop as a reference.
    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '&' => self.text.push_str("&amp;"),
                '"' => self.text.push_str("&quot;"),
                c if c.is_control() => {
                    // Writing to a string cannot fail.
                    let _ = write!(self.text, "&#x{:X};", u32::from(c));
                }
                c => self.text.push(c),
            }
        }
    }

    fn structure(
        &mut self,
        name: &str,
        namespace: Option<XmlNamespace>,
        fields: impl Iterator<Item = Field<'a>> + Clone,
    ) {
        self.begin(name, namespace);
        for (member, value) in fields.clone().filter(|(member, _)| member.is_attribute) {
            let text = self.context.text(member, value, TimestampFormat::Iso8601);
            self.attribute(self.context.wire(member), &text);
        }
        self.text.push('>');
        for (member, value) in fields.filter(|(member, _)| !member.is_attribute) {
            self.value(self.context.wire(member), member, value);
        }
        self.close(name);
    }

    fn value(&mut self, name: &str, member: &'a Member, value: &'a Value) {
        let (context, shape) = (self.context, self.context.shape(member));
        let namespace = context.namespace(member);
        match shape.kind {
            Kind::Structure => self.structure(name, namespace, context.fields(shape, value)),
            Kind::List => self.list(name, member, value),
            Kind::Map => self.map(name, member, value),
            _ => self.leaf(name, namespace, &context.text(member, value, TimestampFormat::Iso8601)),
        }
    }

    fn leaf(&mut self, name: &str, namespace: Option<XmlNamespace>, text: &str) {
        self.begin(name, namespace);
        self.text.push('>');
        self.escaped(text);
        self.close(name);
    }

    fn list(&mut self, name: &str, member: &'a Member, value: &'a Value) {
        let context = self.context;
        let Some(element) = context.shape(member).members.first() else { return };
        if context.is_flattened(member) {
            for value in context.elements(value) {
                self.value(name, element, value);
            }
            return;
        }
        self.begin(name, context.namespace(member));
        self.text.push('>');
        let element_name = context.own_wire(element).unwrap_or("member");
        for value in context.elements(value) {
            self.value(element_name, element, value);
        }
        self.close(name);
    }

    fn map(&mut self, name: &str, member: &'a Member, value: &'a Value) {
        let context = self.context;
        let Some(entries) = context.entries(context.shape(member), value) else { return };
        let (flat, namespace) = (context.is_flattened(member), context.namespace(member));
        if !flat {
            self.begin(name, namespace);
            self.text.push('>');
        }
        let key_name = context.own_wire(entries.key).unwrap_or("key");
        let value_name = context.own_wire(entries.value).unwrap_or("value");
        let (entry, entry_namespace) = if flat { (name, namespace) } else { ("entry", None) };
        for (key, value) in entries.object {
            self.begin(entry, entry_namespace);
            self.text.push('>');
            self.leaf(key_name, context.namespace(entries.key), key);
            self.value(value_name, entries.value, value);
            self.close(entry);
        }
        if !flat {
            self.close(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::request::testing::Service;

    fn service(members: serde_json::Value, shapes: serde_json::Value) -> Service {
        Service::new("rest-xml", members, shapes).with("/operations/Call/input/locationName", json!("Call"))
    }

    #[test]
    fn lists_and_maps_have_elements_around_them_unless_flattened() {
        let shapes = json!({
            "Flat": { "type": "list", "flattened": true, "member": { "shape": "string", "locationName": "Ignored" } },
            "Named": { "type": "list", "member": { "shape": "string", "locationName": "Name" } },
            "Map": { "type": "map", "key": { "shape": "string" }, "value": { "shape": "integer" } },
        });
        let members = json!({
            "Flat": { "shape": "Flat" }, "Map": { "shape": "Map" }, "Named": { "shape": "Named" },
            "Plain": { "shape": "strings" },
        });
        assert_eq!(
            service(members, shapes).body(json!({
                "Flat": ["a", "b"], "Map": { "k": 1 }, "Named": ["c"], "Plain": ["d"],
            })),
            "<Call><Flat>a</Flat><Flat>b</Flat><Map><entry><key>k</key><value>1</value></entry></Map>\
             <Named><Name>c</Name></Named><Plain><member>d</member></Plain></Call>",
        );
    }

    #[test]
    fn namespaces_are_those_of_the_operation_and_of_members_and_attributes_go_into_the_tag() {
        let grantee = json!({
            "type": "structure",
            "members": {
                "Id": { "shape": "string", "locationName": "ID" },
                "Type": { "shape": "string", "locationName": "xsi:type", "xmlAttribute": true },
            },
            "xmlNamespace": { "prefix": "xsi", "uri": "http://www.w3.org/2001/XMLSchema-instance" },
        });
        let service = service(json!({ "Grantee": { "shape": "Grantee" } }), json!({ "Grantee": grantee }))
            .with("/operations/Call/input/xmlNamespace", json!({ "uri": "urn:call" }));
        assert_eq!(
            service.body(json!({ "Grantee": { "Id": "1", "Type": "Canonical\"User" } })),
            "<Call xmlns=\"urn:call\"><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
             xsi:type=\"Canonical&quot;User\"><ID>1</ID></Grantee></Call>",
        );
    }

    #[test]
    fn what_a_parser_would_change_or_refuse_is_written_as_a_reference() {
        let service = service(json!({ "Key": { "shape": "string" } }), json!({}));
        assert_eq!(
            service.body(json!({ "Key": "<a>&]]>\r\n\t\u{1}ü" })),
            "<Call><Key>&lt;a&gt;&amp;]]&gt;&#xD;&#xA;&#x9;&#x1;ü</Key></Call>",
        );
    }

    #[test]
    fn a_payload_is_the_body_under_its_own_name() {
        let config = json!({ "type": "structure", "members": { "On": { "shape": "boolean" } } });
        let members = json!({
            "Name": { "shape": "string", "location": "header" },
            "Config": { "shape": "Config", "locationName": "Configuration", "xmlNamespace": { "uri": "urn:c" } },
        });
        let service = service(members, json!({ "Config": config }))
            .with("/shapes/CallRequest/payload", json!("Config"));
        assert_eq!(
            service.body(json!({ "Name": "n", "Config": { "On": true } })),
            "<Configuration xmlns=\"urn:c\"><On>true</On></Configuration>",
        );
        assert_eq!(service.body(json!({ "Name": "n" })), "");
    }
}
