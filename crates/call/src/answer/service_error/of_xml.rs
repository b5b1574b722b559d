//! Errors in XML.

use serde_json::{Map, Value};

use super::super::AnswerError;
use super::super::xml::{XmlTree, next};
use super::super::xml_reader::{Element, XmlReader};
use super::{Context, Told, bare};

/// Members told of an error that is not in the model.
const MOST_MEMBERS: usize = 64;

/// What the first reading of a body finds.
#[derive(Debug, Default)]
struct Found<'b> {
    told: Told,
    members: Map<String, Value>,
    /// The element that is the error, and where it goes on after its start.
    error: Option<(Element<'b>, usize)>,
}

/// The body of an error is read twice, because its last member may be what says which error it is.
pub(super) fn read(context: &Context<'_>, body: &[u8]) -> (Told, Value) {
    let mut found = Found::default();
    let mut xml = XmlReader::new(body, 0);
    // What was found before the document turned out broken is worth telling.
    let _ = document(&mut xml, &mut found);
    let Found { mut told, members, error } = found;
    told.code = told.code.as_deref().and_then(bare);
    let shape = told.code.as_deref().and_then(|code| context.shape(code));
    let (Some(id), Some((element, begin))) = (shape, error) else { return (told, Value::Object(members)) };
    let tree = XmlTree { model: context.model, options: context.options };
    let mut xml = XmlReader::new(body, begin);
    let typed = tree.value(&mut xml, &element, id, 1).unwrap_or_default();
    (told, context.members(context.model.shape(id), typed))
}

/// `<Error>` alone, in `<ErrorResponse>`, or in the `<Errors>` of a `<Response>`.
fn document<'b>(xml: &mut XmlReader<'b>, found: &mut Found<'b>) -> Result<(), AnswerError> {
    let root = xml.root()?;
    if root.name() == "Error" {
        return error(xml, root, found, 0);
    }
    while let Some(child) = next(xml, &root)? {
        match child.name() {
            "Error" => error(xml, child, found, 1)?,
            "Errors" => {
                while let Some(inner) = next(xml, &child)? {
                    if inner.name() == "Error" {
                        error(xml, inner, found, 2)?;
                    } else {
                        xml.pass_over(&inner, 2)?;
                    }
                }
            }
            "RequestId" | "RequestID" | "requestId" => {
                found.told.request_id = Some(xml.text(&child, 1)?.into_owned());
            }
            _ => xml.pass_over(&child, 1)?,
        }
    }
    Ok(())
}

fn error<'b>(
    xml: &mut XmlReader<'b>,
    element: Element<'b>,
    found: &mut Found<'b>,
    depth: usize,
) -> Result<(), AnswerError> {
    if found.error.is_some() {
        return xml.pass_over(&element, depth);
    }
    found.error = Some((element.clone(), xml.position()));
    while let Some(child) = next(xml, &element)? {
        let text = xml.text(&child, depth + 1)?;
        match child.name() {
            "Code" | "code" => found.told.code = Some(text.into_owned()),
            "Message" | "message" => found.told.message = Some(text.into_owned()),
            "RequestId" | "RequestID" => found.told.request_id = Some(text.into_owned()),
            "HostId" | "Type" => {}
            name if found.members.len() < MOST_MEMBERS && !text.trim().is_empty() => {
                found.members.insert(name.to_owned(), Value::String(text.into_owned()));
            }
            _ => {}
        }
    }
    Ok(())
}
