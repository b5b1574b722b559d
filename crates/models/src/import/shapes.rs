//! Shapes and their members.

use std::collections::HashMap;

use super::raw;
use crate::text::Interner;
use crate::{ErrorCode, Kind, Location, Member, Shape, ShapeId, TimestampFormat, XmlNamespace};

/// The shapes of a service by their names.
pub(super) struct Shapes<'a> {
    pub(super) raw: &'a raw::Ordered<raw::Shape>,
    ids: HashMap<&'a str, ShapeId>,
}

impl<'a> Shapes<'a> {
    pub(super) fn new(raw: &'a raw::Ordered<raw::Shape>) -> Self {
        let ids = raw.0.iter().enumerate().map(|(id, (name, _))| (name.as_str(), ShapeId(id as u32)));
        Self { raw, ids: ids.collect() }
    }

    pub(super) fn id(&self, name: &str) -> Result<ShapeId, String> {
        self.ids.get(name).copied().ok_or_else(|| format!("there is no shape {name:?}"))
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a raw::Shape> {
        self.ids.get(name).map(|id| &self.raw.0[id.0 as usize].1)
    }

    pub(super) fn all(&self, texts: &mut Interner) -> Result<Vec<Shape>, String> {
        self.raw.0.iter().map(|(name, shape)| self.shape(name, shape, texts)).collect()
    }

    fn shape(&self, name: &str, raw: &raw::Shape, texts: &mut Interner) -> Result<Shape, String> {
        let kind = match raw.kind.as_str() {
            "structure" => Kind::Structure,
            "list" => Kind::List,
            "map" => Kind::Map,
            "string" | "character" | "bigInteger" | "bigDecimal" => Kind::String,
            "blob" => Kind::Blob,
            "boolean" => Kind::Boolean,
            "integer" | "byte" | "short" => Kind::Integer,
            "long" => Kind::Long,
            "float" => Kind::Float,
            "double" => Kind::Double,
            "timestamp" => Kind::Timestamp,
            other => return Err(format!("shape {name} is of an unknown type {other:?}")),
        };
        let unnamed = |reference: &Option<raw::Reference>, what: &str| match reference {
            Some(reference) => Ok((String::new(), reference.clone())),
            None => Err(format!("shape {name} has no {what}")),
        };
        let members: Vec<(String, raw::Reference)> = match kind {
            Kind::Structure => raw.members.0.clone(),
            Kind::List => vec![unnamed(&raw.member, "element")?],
            Kind::Map => vec![unnamed(&raw.key, "key")?, unnamed(&raw.value, "value")?],
            _ => Vec::new(),
        };
        let payload = match &raw.payload {
            None => None,
            Some(payload) => {
                let index = members.iter().position(|(member, _)| member == payload);
                Some(index.ok_or_else(|| format!("shape {name} has no payload {payload}"))? as u32)
            }
        };
        let members = members
            .iter()
            .map(|(member, reference)| {
                let is_required = raw.required.contains(member);
                self.member(member, reference, is_required, texts)
                    .map_err(|problem| format!("{name}.{member}: {problem}"))
            })
            .collect::<Result<_, _>>()?;
        Ok(Shape {
            name: texts.text(name),
            kind,
            members,
            payload,
            timestamp: timestamp(raw.timestamp_format.as_deref())?,
            wire: raw.location_name.as_deref().map(|wire| texts.text(wire)),
            namespace: raw.xml_namespace.as_ref().map(|namespace| self::namespace(namespace, texts)),
            error: raw.error.as_ref().map(|error| ErrorCode {
                code: error.code.as_deref().map(|code| texts.text(code)),
                status: error.http_status_code,
            }),
            values: raw.values.iter().map(|value| texts.text(value)).collect(),
            min: raw.min.as_ref().map(|min| texts.text(&min.to_string())),
            max: raw.max.as_ref().map(|max| texts.text(&max.to_string())),
            is_union: raw.union,
            is_document: raw.document,
            is_flattened: raw.flattened,
            is_streaming: raw.streaming,
            is_event_stream: raw.eventstream,
            is_sparse: raw.sparse,
            is_sensitive: raw.sensitive,
            is_exception: raw.exception || raw.error.is_some(),
            is_wrapper: raw.wrapper,
        })
    }

    fn member(
        &self,
        name: &str,
        raw: &raw::Reference,
        is_required: bool,
        texts: &mut Interner,
    ) -> Result<Member, String> {
        let location = match raw.location.as_deref() {
            None => Location::Body,
            Some("header") => Location::Header,
            Some("headers") => Location::Headers,
            Some("uri") => Location::Uri,
            Some("querystring") => Location::Query,
            Some("statusCode") => Location::Status,
            Some(other) => return Err(format!("it travels in an unknown place {other:?}")),
        };
        Ok(Member {
            name: texts.text(name),
            shape: self.id(&raw.shape)?,
            wire: raw.location_name.as_deref().map(|wire| texts.text(wire)),
            query_name: raw.query_name.as_deref().map(|name| texts.text(name)),
            location,
            timestamp: timestamp(raw.timestamp_format.as_deref())?,
            namespace: raw.xml_namespace.as_ref().map(|namespace| self::namespace(namespace, texts)),
            context_param: raw.context_param.as_ref().map(|param| texts.text(&param.name)),
            is_required,
            is_idempotency_token: raw.idempotency_token,
            is_host_label: raw.host_label,
            is_json: raw.jsonvalue,
            is_streaming: raw.streaming,
            is_flattened: raw.flattened,
            is_attribute: raw.xml_attribute,
            is_deprecated: raw.deprecated,
        })
    }
}

pub(super) fn namespace(raw: &raw::Namespace, texts: &mut Interner) -> XmlNamespace {
    match raw {
        raw::Namespace::Uri(uri) => XmlNamespace { uri: texts.text(uri), prefix: None },
        raw::Namespace::Full { uri, prefix } => {
            XmlNamespace { uri: texts.text(uri), prefix: prefix.as_deref().map(|prefix| texts.text(prefix)) }
        }
    }
}

fn timestamp(format: Option<&str>) -> Result<Option<TimestampFormat>, String> {
    Ok(Some(match format {
        None => return Ok(None),
        Some("iso8601") => TimestampFormat::Iso8601,
        Some("rfc822") => TimestampFormat::Rfc822,
        Some("unixTimestamp") => TimestampFormat::Unix,
        Some(other) => return Err(format!("an unknown format of times {other:?}")),
    }))
}
