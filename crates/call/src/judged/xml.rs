use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element as a value: attributes in any order, children of different names in any order.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: BTreeMap<String, String>,
    /// Of one without children; around children it is layout.
    pub(super) text: String,
    /// By name; those of one name in their order.
    pub(super) children: BTreeMap<String, Vec<Element>>,
}

impl Element {
    /// What is compared of the element itself.
    pub(super) fn head(&self) -> (&str, &BTreeMap<String, String>, &str) {
        (&self.name, &self.attributes, &self.text)
    }

    pub(super) fn has_head_of(&self, other: &Self) -> bool {
        self.name == other.name && self.attributes == other.attributes
    }
}

/// The one element of a document.
pub(super) fn parse(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let last = open.last_mut().ok_or("an end too many")?;
        match event {
            Event::Start(start) => open.push(element(&start)?),
            Event::Empty(start) => {
                let empty = element(&start)?;
                last.children.entry(empty.name.clone()).or_default().push(empty);
            }
            Event::End(_) => {
                let ended = open.pop().ok_or("an end too many")?;
                let around = open.last_mut().ok_or("an end too many")?;
                around.children.entry(ended.name.clone()).or_default().push(trimmed(ended));
            }
            Event::Text(part) => last.text += &part,
            Event::GeneralRef(name) => {
                last.text += &unescape(&format!("&{};", &*name))?;
            }
            Event::CData(part) => last.text += &part,
            Event::Eof => break,
            Event::Decl(_) => {}
            other => return Err(format!("{other:?}")),
        }
    }
    let [document] = <[Element; 1]>::try_from(open).map_err(|_| "an element has no end")?;
    let mut roots = document.children.into_values().flatten();
    match (roots.next(), roots.next()) {
        (Some(root), None) => Ok(root),
        _ => Err("not one element".to_owned()),
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut found = Element { name: start.name().as_ref().to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        found.attributes.insert(attribute.key.as_ref().to_owned(), unescape(&attribute.value)?);
    }
    Ok(found)
}

fn unescape(text: &str) -> Result<String, String> {
    quick_xml::escape::unescape(text).map(std::borrow::Cow::into_owned).map_err(|error| error.to_string())
}

fn trimmed(mut element: Element) -> Element {
    if !element.children.is_empty() && element.text.trim().is_empty() {
        element.text.clear();
    }
    element
}

#[test]
fn order_counts_among_elements_of_one_name_only() {
    let parsed = |text: &str| parse(text).unwrap();
    assert_eq!(parsed("<a x='1' y='2'><b>1</b><c/></a>"), parsed("<a y=\"2\" x='1'>\n<c></c><b>1</b></a>"));
    assert_ne!(parsed("<a><b>1</b><b>2</b></a>"), parsed("<a><b>2</b><b>1</b></a>"));
    assert_ne!(parsed("<a> x </a>"), parsed("<a>x</a>"));
    assert_eq!(parsed("<a>&lt;&#x41;&quot;</a>"), parsed("<a><![CDATA[<A\"]]></a>"));
    assert!(parse("<a><b></a>").is_err() && parse("<a/><b/>").is_err() && parse("<a>").is_err());
}
