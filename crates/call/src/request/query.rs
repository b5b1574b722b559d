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
