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
