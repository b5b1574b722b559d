//! Requests for any operation, written from its model.

use http::Request;
use orgwide_models::{Kind, Location, Member, Model, Operation, Protocol, ShapeId};
use serde_json::{Map, Value, json};

use crate::support::{Key, signed};

/// The least input that an operation takes.
pub(crate) fn least_input(model: &Model, operation: &Operation) -> Map<String, Value> {
    match operation.input.map(|shape| least(model, shape, 0)) {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

fn least(model: &Model, id: ShapeId, depth: usize) -> Value {
    let shape = model.shape(id);
    let number = |text| model.text(text).parse::<f64>().unwrap();
    match shape.kind {
        Kind::Structure => {
            let needed = shape.members.iter().enumerate().filter(|(place, member)| {
                depth < 6 && (member.is_required || member.is_host_label || shape.is_union && *place == 0)
            });
            let mut needed: Vec<_> = needed.collect();
            // A form cannot say that there is a structure with nothing in it.
            if needed.is_empty() && (1..6).contains(&depth) {
                let is_plain =
                    |member: &&Member| !matches!(model.shape(member.shape).kind, Kind::Structure | Kind::Map);
                needed.extend(shape.members.iter().find(is_plain).map(|member| (0, member)));
            }
            let members = needed.into_iter().map(|(_, member)| {
                (model.text(member.name).to_owned(), least(model, member.shape, depth + 1))
            });
            Value::Object(members.collect())
        }
        Kind::List => {
            let count = shape.min.map_or(1.0, number).max(1.0) as usize;
            (0..count).map(|_| least(model, shape.members[0].shape, depth + 1)).collect()
        }
        Kind::Map => {
            let [key, value] = shape.members.as_slice() else { panic!("a map has both") };
            let key = least(model, key.shape, depth + 1).as_str().unwrap().to_owned();
            json!({ key: least(model, value.shape, depth + 1) })
        }
        Kind::String => match shape.values.first() {
            Some(value) => model.text(*value).into(),
            None if model.is(shape.name, "TypeName") => "AWS::S3::Bucket".into(),
            None => "x".repeat(shape.min.map_or(1.0, number).max(3.0) as usize).into(),
        },
        Kind::Blob => "eHh4".into(),
        Kind::Boolean => false.into(),
        Kind::Integer | Kind::Long => (shape.min.map_or(1.0, number) as i64).max(1).into(),
        Kind::Float | Kind::Double => shape.min.map_or(1.0, number).into(),
        Kind::Timestamp => 1_700_000_000.into(),
    }
}

/// A signed request.
pub(crate) fn request(
    key: &Key,
    region: &str,
    model: &Model,
    operation: &Operation,
    input: &Map<String, Value>,
) -> Request<Vec<u8>> {
    let service = model.service();
    let name = model.text(operation.name);
    let builder = signed(key, &service.signing_name, region).method("POST");
    let host = format!("http://{}.{region}.amazonaws.com", service.endpoint_prefix);
    let target = || format!("{}.{name}", service.target_prefix.as_deref().unwrap());
    let body = Value::Object(input.clone());
    let json = |version: &str, builder: http::request::Builder| {
        builder
            .uri(format!("{host}/"))
            .header("content-type", format!("application/x-amz-json-{version}"))
            .header("x-amz-target", target())
            .body(body.to_string().into_bytes())
            .unwrap()
    };
    match service.protocol {
        Protocol::Json10 => json("1.0", builder),
        Protocol::Json11 => json("1.1", builder),
        Protocol::Cbor => builder
            .uri(format!(
                "{host}/service/{}/operation/{name}",
                service.target_prefix.as_deref().unwrap_or("Any")
            ))
            .header("content-type", "application/cbor")
            .header("smithy-protocol", "rpc-v2-cbor")
            .body(cbor(&body))
            .unwrap(),
        Protocol::Query | Protocol::Ec2 => {
            let is_ec2 = service.protocol == Protocol::Ec2;
            let mut pairs =
                vec![("Action".to_owned(), name.to_owned()), ("Version".to_owned(), service.version.clone())];
            if let Some(shape) = operation.input {
                form(model, shape, &body, "", is_ec2, &mut pairs);
            }
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            builder
                .uri(format!("{host}/"))
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body.into_bytes())
                .unwrap()
        }
        Protocol::RestJson | Protocol::RestXml => rest(builder, &host, model, operation, input),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn wire<'m>(model: &'m Model, member: &Member) -> &'m str {
    model.text(member.wire.unwrap_or(member.name))
}

fn form(
    model: &Model,
    id: ShapeId,
    value: &Value,
    prefix: &str,
    is_ec2: bool,
    pairs: &mut Vec<(String, String)>,
) {
    let shape = model.shape(id);
    let under = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(members)) => {
            for member in &shape.members {
                let Some(held) = members.get(model.text(member.name)) else { continue };
                let inner = model.shape(member.shape);
                let is_flat = is_ec2 || member.is_flattened || inner.is_flattened;
                let mut name = wire(model, member).to_owned();
                if is_ec2 {
                    name[..1].make_ascii_uppercase();
                    if let Some(other) = member.query_name {
                        name = model.text(other).to_owned();
                    }
                }
                if inner.kind == Kind::List {
                    let element = &inner.members[0];
                    let item = element.wire.map(|wire| model.text(wire));
                    let name = match (is_flat, item) {
                        (true, Some(item)) if !is_ec2 => under(item),
                        (true, _) => under(&name),
                        (false, item) => format!("{}.{}", under(&name), item.unwrap_or("member")),
                    };
                    for (place, part) in held.as_array().unwrap().iter().enumerate() {
                        form(model, element.shape, part, &format!("{name}.{}", place + 1), is_ec2, pairs);
                    }
                } else if inner.kind == Kind::Map {
                    let name = if is_flat { under(&name) } else { format!("{}.entry", under(&name)) };
                    for (place, (key, part)) in held.as_object().unwrap().iter().enumerate() {
                        let named =
                            |at: usize, usual| inner.members[at].wire.map_or(usual, |it| model.text(it));
                        pairs.push((format!("{name}.{}.{}", place + 1, named(0, "key")), key.clone()));
                        let at = format!("{name}.{}.{}", place + 1, named(1, "value"));
                        form(model, inner.members[1].shape, part, &at, is_ec2, pairs);
                    }
                } else {
                    form(model, member.shape, held, &under(&name), is_ec2, pairs);
                }
            }
        }
        _ => pairs.push((prefix.to_owned(), text(value))),
    }
}

fn rest(
    builder: http::request::Builder,
    host: &str,
    model: &Model,
    operation: &Operation,
    input: &Map<String, Value>,
) -> Request<Vec<u8>> {
    let mut builder = builder.method(model.text(operation.method));
    let mut path = model.text(operation.uri).to_owned();
    let mut query = form_urlencoded::Serializer::new(String::new());
    let (mut body, mut payload) = (Map::new(), None);
    let shape = operation.input.map(|id| model.shape(id));
    for (place, member) in shape.iter().flat_map(|shape| shape.members.iter().enumerate()) {
        let Some(value) = input.get(model.text(member.name)) else { continue };
        let name = wire(model, member);
        match member.location {
            Location::Uri => {
                let encoded: String = form_urlencoded::byte_serialize(text(value).as_bytes())
                    .collect::<String>()
                    .replace('+', "%20");
                path =
                    path.replace(&format!("{{{name}}}"), &encoded).replace(&format!("{{{name}+}}"), &encoded);
            }
            Location::Query => match value {
                Value::Array(items) => {
                    query.extend_pairs(items.iter().map(|item| (name, text(item))));
                }
                Value::Object(entries) => {
                    query.extend_pairs(entries.iter().map(|(key, value)| (key, text(value))));
                }
                value => {
                    query.append_pair(name, &text(value));
                }
            },
            Location::Header => builder = builder.header(name, text(value)),
            _ if shape.unwrap().payload == Some(place as u32) => payload = Some((member, value)),
            _ => drop(body.insert(name.to_owned(), value.clone())),
        }
    }
    let query = query.finish();
    if !query.is_empty() {
        path = format!("{path}{}{query}", if path.contains('?') { "&" } else { "?" });
    }
    let is_xml = model.service().protocol == Protocol::RestXml;
    let body = match payload {
        Some((member, value)) if model.shape(member.shape).kind == Kind::Structure => match is_xml {
            true => xml("Body", value),
            false => value.to_string(),
        },
        Some((_, value)) => text(value),
        None if body.is_empty() => String::new(),
        None if is_xml => xml("Body", &Value::Object(body)),
        None => Value::Object(body).to_string(),
    };
    builder.uri(format!("{host}{path}")).body(body.into_bytes()).unwrap()
}

/// Enough for the few reads that send a body of XML: no list of theirs is required.
fn xml(name: &str, value: &Value) -> String {
    let inside = match value {
        Value::Object(members) => members.iter().map(|(name, value)| xml(name, value)).collect(),
        value => text(value),
    };
    format!("<{name}>{inside}</{name}>")
}

fn cbor(value: &Value) -> Vec<u8> {
    let head = |major: u8, length: usize| {
        let mut bytes = vec![(major << 5) | 26];
        bytes.extend((length as u32).to_be_bytes());
        bytes
    };
    match value {
        Value::Object(members) => {
            let inside = members.iter().flat_map(|(name, value)| [cbor(&json!(name)), cbor(value)].concat());
            [head(5, members.len()), inside.collect()].concat()
        }
        Value::Array(items) => [head(4, items.len()), items.iter().flat_map(cbor).collect()].concat(),
        Value::String(text) => [head(3, text.len()), text.clone().into_bytes()].concat(),
        Value::Bool(flag) => vec![if *flag { 0xf5 } else { 0xf4 }],
        Value::Number(number) => {
            let bytes = number.as_f64().unwrap().to_be_bytes();
            match number.as_u64() {
                Some(whole) => head(0, whole as usize),
                None => [&[0xfb][..], &bytes].concat(),
            }
        }
        Value::Null => vec![0xf6],
    }
}
