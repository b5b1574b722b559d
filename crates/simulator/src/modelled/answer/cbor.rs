//! Bodies in CBOR.

use std::convert::Infallible;

use minicbor::Encoder;
use minicbor::data::Tag;
use minicbor::encode::{Error, Write};
use orgwide_models::{Kind, Member, Model, ShapeId};
use serde_json::Value;

use super::{in_body, time};

/// Seconds since 1970.
const TIME: Tag = Tag::new(1);

struct Bytes(Vec<u8>);

impl Write for Bytes {
    type Error = Infallible;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

type Written = Result<(), Error<Infallible>>;

/// A structure; nothing is an empty one.
pub(super) fn body(model: &Model, shape: Option<ShapeId>, value: &Value) -> Vec<u8> {
    let mut encoder = Encoder::new(Bytes(Vec::new()));
    // Writing into memory cannot fail.
    let _ = match shape {
        Some(shape) => structure(&mut encoder, model, shape, value),
        None => encoder.map(0).map(|_| ()),
    };
    encoder.into_writer().0
}

/// A map of texts.
pub(crate) fn texts(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut encoder = Encoder::new(Bytes(Vec::new()));
    let _ = write_texts(&mut encoder, entries);
    encoder.into_writer().0
}

fn write_texts(encoder: &mut Encoder<Bytes>, entries: &[(&str, &str)]) -> Written {
    encoder.map(entries.len() as u64)?;
    for (name, value) in entries {
        encoder.str(name)?.str(value)?;
    }
    Ok(())
}

fn structure(encoder: &mut Encoder<Bytes>, model: &Model, shape: ShapeId, value: &Value) -> Written {
    let members = in_body(model, shape).filter_map(|member| {
        Some((member, value.get(model.text(member.name)).filter(|held| !held.is_null())?))
    });
    let members: Vec<(&Member, &Value)> = members.collect();
    encoder.map(members.len() as u64)?;
    for (member, held) in members {
        encoder.str(model.text(member.name))?;
        write(encoder, model, member, held)?;
    }
    Ok(())
}

fn write(encoder: &mut Encoder<Bytes>, model: &Model, member: &Member, value: &Value) -> Written {
    let shape = model.shape(member.shape);
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(_)) if !shape.is_document => {
            return structure(encoder, model, member.shape, value);
        }
        (Kind::List, Value::Array(items)) => {
            encoder.array(items.len() as u64)?;
            if let Some(element) = shape.members.first() {
                return items.iter().try_for_each(|item| write(encoder, model, element, item));
            }
        }
        (Kind::Map, Value::Object(entries)) => {
            encoder.map(entries.len() as u64)?;
            for (key, held) in entries {
                encoder.str(key)?;
                match shape.members.get(1) {
                    Some(member) => write(encoder, model, member, held)?,
                    None => {
                        encoder.null()?;
                    }
                }
            }
        }
        (Kind::Timestamp, _) => {
            encoder.tag(TIME)?.f64(time::seconds(value))?;
        }
        (Kind::Blob, Value::String(text)) => {
            encoder.bytes(&aws_smithy_types::base64::decode(text).unwrap_or_default())?;
        }
        (Kind::Float | Kind::Double, Value::Number(number)) => {
            encoder.f64(number.as_f64().unwrap_or_default())?;
        }
        (_, Value::Bool(flag)) => {
            encoder.bool(*flag)?;
        }
        (_, Value::Number(number)) => {
            encoder.i64(number.as_i64().unwrap_or_default())?;
        }
        (_, Value::String(text)) => {
            encoder.str(text)?;
        }
        _ => {
            encoder.null()?;
        }
    }
    Ok(())
}
