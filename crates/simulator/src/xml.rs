//! Writing XML.

use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// An XML document in the making.
pub(crate) struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// A document with its declaration.
    pub(crate) fn new() -> Self {
        let mut xml = Self(Writer::new(Vec::new()));
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml
    }

    /// An element with what `inside` writes into it.
    pub(crate) fn element(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.event(Event::Start(BytesStart::new(name)));
        inside(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// An element in a namespace, for the root.
    pub(crate) fn root(&mut self, name: &str, namespace: &str, inside: impl FnOnce(&mut Self)) {
        self.element_with(name, &[("xmlns", namespace)], inside);
    }

    /// An element with attributes.
    pub(crate) fn element_with(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        inside: impl FnOnce(&mut Self),
    ) {
        self.event(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().copied())));
        inside(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// Text inside the element that is open.
    pub(crate) fn inner_text(&mut self, text: &str) {
        self.event(Event::Text(BytesText::new(&legal(text))));
    }

    /// An element that holds text.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.element(name, |xml| xml.inner_text(text));
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0.into_inner()
    }

    fn event(&mut self, event: Event<'_>) {
        // Writing into memory cannot fail.
        let _ = self.0.write_event(event);
    }
}

/// Replaces the characters that no XML 1.0 document may hold, however they are escaped.
fn legal(text: &str) -> Cow<'_, str> {
    let is_legal = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    if text.chars().all(|c| is_legal(&c)) {
        return text.into();
    }
    text.chars().map(|c| if is_legal(&c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_control_characters_are_replaced() {
        let mut xml = Xml::new();
        xml.root("A", "urn:x", |xml| {
            xml.text("B", "<b>&\"東京\r\u{1b}\u{0}\u{ffff}");
            xml.element("C", |_| ());
        });
        assert_eq!(
            String::from_utf8(xml.into_bytes()).unwrap(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><A xmlns=\"urn:x\">\
             <B>&lt;b&gt;&amp;&quot;東京&#13;\u{fffd}\u{fffd}\u{fffd}</B><C></C></A>"
        );
    }
}
