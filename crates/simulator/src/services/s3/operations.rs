//! The operations on buckets and objects.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::objects::{NotKept, Object, Part};
use super::payload::{Broken, Payload, crc32};
use super::request::ObjectRequest;
use super::{NAMESPACE, invalid};
use crate::bucket::Bucket;
use crate::clock::rfc3339_millis;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::services::Context;
use crate::xml::Xml;

/// The most keys on a page, and how many there are when the caller does not say.
const PAGE: usize = 1_000;
/// The longest key, in bytes.
const LONGEST_KEY: usize = 1_024;

pub(crate) fn head_bucket(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["x-id"])?;
    let (bucket, _) = here(context)?;
    Ok(empty(200).with("x-amz-bucket-region", bucket.region))
}

pub(crate) fn list_objects_v2(context: &Context<'_>) -> Result<Reply, Refusal> {
    const KNOWN: [&str; 7] =
        ["x-id", "list-type", "prefix", "continuation-token", "start-after", "max-keys", "encoding-type"];
    context.only(&KNOWN)?;
    let (bucket, _) = here(context)?;
    let get = |name| context.params.get(name);
    let encoding = get("encoding-type").filter(|encoding| *encoding == "url");
    let written = |text: &str| if encoding.is_some() { encoded(text) } else { text.to_owned() };
    let prefix = get("prefix").unwrap_or_default();
    let count = get("max-keys").map_or(Ok(PAGE), str::parse).map_err(|_| invalid("max-keys is no number"))?;
    let after = get("continuation-token").or(get("start-after")).unwrap_or_default();
    let (page, more) =
        context.objects.list(&bucket.name, prefix, after, count.min(PAGE).min(context.world.spec.page_items));
    let mut xml = Xml::new();
    xml.root("ListBucketResult", NAMESPACE, |xml| {
        xml.text("Name", &bucket.name);
        xml.text("Prefix", &written(prefix));
        if let Some(encoding) = encoding {
            xml.text("EncodingType", encoding);
        }
        xml.text("KeyCount", &page.len().to_string());
        xml.text("MaxKeys", &count.to_string());
        xml.text("IsTruncated", if more { "true" } else { "false" });
        if let Some((last, _)) = page.last().filter(|_| more) {
            xml.text("NextContinuationToken", last);
        }
        for (key, object) in &page {
            xml.element("Contents", |xml| {
                xml.text("Key", &written(key));
                xml.text("LastModified", &rfc3339_millis(object.put));
                xml.text("ETag", &object.etag);
                xml.text("Size", &object.bytes.len().to_string());
                xml.text("StorageClass", "STANDARD");
            });
        }
    });
    Ok(Reply::xml(context.call.protocol, xml))
}

pub(crate) fn get_object(context: &Context<'_>) -> Result<Reply, Refusal> {
    let (bucket, request) = here(context)?;
    let object = context
        .objects
        .get(&bucket.name, &request.key)
        .ok_or_else(|| Refusal::new(404, "NoSuchKey", "The specified key does not exist."))?;
    let reply = empty(200).with("etag", object.etag).with("content-type", object.content_type);
    Ok(Reply { body: object.bytes.to_vec(), ..reply })
}

pub(crate) fn put_object(context: &Context<'_>) -> Result<Reply, Refusal> {
    let (bucket, request) = here(context)?;
    let payload = payload(request)?;
    let etag = etag(&payload.bytes);
    let object = Object {
        bytes: payload.bytes.clone(),
        content_type: request.content_type.clone(),
        put: context.now,
        etag: etag.clone(),
    };
    context.objects.put(&bucket.name, &request.key, object).map_err(not_kept)?;
    Ok(told(etag, payload))
}

pub(crate) fn create_multipart_upload(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["x-id", "uploads"])?;
    let (bucket, request) = here(context)?;
    let id = context.objects.begin(&bucket.name, &request.key, &request.content_type);
    let mut xml = Xml::new();
    xml.root("InitiateMultipartUploadResult", NAMESPACE, |xml| {
        xml.text("Bucket", &bucket.name);
        xml.text("Key", &request.key);
        xml.text("UploadId", &id);
    });
    Ok(Reply::xml(context.call.protocol, xml))
}

pub(crate) fn upload_part(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["x-id", "uploadId", "partNumber"])?;
    let (bucket, request) = here(context)?;
    let number = context.params.get("partNumber").and_then(|number| number.parse().ok());
    let number = number
        .filter(|number| (1..=10_000).contains(number))
        .ok_or_else(|| invalid("Part number must be an integer between 1 and 10000, inclusive"))?;
    let payload = payload(request)?;
    let part = Part { bytes: payload.bytes.clone(), etag: etag(&payload.bytes) };
    let etag = part.etag.clone();
    context.objects.add((&bucket.name, &request.key), upload_id(context), number, part).map_err(not_kept)?;
    Ok(told(etag, payload))
}

pub(crate) fn complete_multipart_upload(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["x-id", "uploadId"])?;
    let (bucket, request) = here(context)?;
    let named = named_parts(&payload(request)?.bytes)
        .ok_or_else(|| Refusal::new(400, "MalformedXML", "The XML you provided was not well-formed."))?;
    let etag = format!("{}-{}\"", etag(upload_id(context).as_bytes()).trim_end_matches('"'), named.len());
    let place = (bucket.name.as_str(), request.key.as_str());
    let whole = context.objects.complete(place, upload_id(context), &named, (&etag, context.now));
    whole.map_err(not_kept)?;
    let mut xml = Xml::new();
    xml.root("CompleteMultipartUploadResult", NAMESPACE, |xml| {
        xml.text("Bucket", &bucket.name);
        xml.text("Key", &request.key);
        xml.text("ETag", &etag);
    });
    Ok(Reply::xml(context.call.protocol, xml))
}

pub(crate) fn abort_multipart_upload(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["x-id", "uploadId"])?;
    let (bucket, request) = here(context)?;
    context.objects.abort((&bucket.name, &request.key), upload_id(context)).map_err(not_kept)?;
    Ok(empty(204))
}

/// Adds the region of the bucket to a refusal: S3 tells it to everybody.
pub(crate) fn with_region(context: &Context<'_>, refusal: Refusal) -> Refusal {
    let bucket = context.call.object.as_ref().and_then(|request| find(context, &request.bucket));
    match bucket {
        Some((bucket, _)) if refusal.retry_after.is_none() => {
            refusal.with("x-amz-bucket-region", &bucket.region)
        }
        _ => refusal,
    }
}

/// The bucket of the request, which is the caller's and in the region that was asked.
fn here<'a>(context: &Context<'a>) -> Result<(Bucket, &'a ObjectRequest), Refusal> {
    let request = context.call.object.as_ref().ok_or_else(|| invalid("There is no bucket"))?;
    if let Some(header) = request.unknown {
        return Err(Refusal::unsupported(context.call.protocol, &context.call.operation, header));
    }
    if request.key.len() > LONGEST_KEY {
        return Err(Refusal::new(400, "KeyTooLongError", "Your key is too long"));
    }
    let (bucket, is_own) = find(context, &request.bucket)
        .ok_or_else(|| Refusal::new(404, "NoSuchBucket", "The specified bucket does not exist"))?;
    if !is_own {
        return Err(Refusal::new(403, "AccessDenied", "Access Denied"));
    }
    if bucket.region != context.call.region() {
        let message =
            "The bucket you are attempting to access must be addressed using the specified endpoint.";
        return Err(Refusal::new(301, "PermanentRedirect", message));
    }
    Ok((bucket, request))
}

/// The bucket of this name, whoever has it, and whether that is the caller. Its name ends in its account's id and a
/// number.
fn find(context: &Context<'_>, name: &str) -> Option<(Bucket, bool)> {
    let account = context.world.account(name.rsplit('-').nth(1)?)?;
    let bucket = context.world.buckets(account).into_iter().find(|bucket| bucket.name == name)?;
    Some((bucket, account.id == context.account().id))
}

fn payload(request: &ObjectRequest) -> Result<&Payload, Refusal> {
    request.payload.as_ref().map_err(|broken| match broken {
        Broken::Wrapping => Refusal::new(400, "IncompleteBody", "The request body terminated unexpectedly"),
        Broken::Checksum => {
            Refusal::new(400, "BadDigest", "The CRC32 you specified did not match the calculated checksum.")
        }
    })
}

fn upload_id<'a>(context: &Context<'a>) -> &'a str {
    context.params.get("uploadId").unwrap_or_default()
}

/// The numbers and tags in the body of CompleteMultipartUpload.
fn named_parts(body: &[u8]) -> Option<Vec<(u32, String)>> {
    let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
    let (mut parts, mut inside) = (Vec::new(), Vec::new());
    let (mut number, mut etag) = (None, String::new());
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) => inside.push(element.local_name().as_ref().to_owned()),
            Event::Text(text) => match inside.last().map(String::as_str) {
                Some("PartNumber") => number = text.trim().parse().ok(),
                Some("ETag") => etag.push_str(&text),
                _ => {}
            },
            // The quotes around a tag.
            Event::GeneralRef(_) if inside.last().is_some_and(|name| name == "ETag") => etag.push('"'),
            Event::End(element) => {
                if element.local_name().as_ref() == "Part" {
                    parts.push((number.take()?, quoted(&std::mem::take(&mut etag))));
                }
                inside.pop();
            }
            Event::Eof => return Some(parts),
            _ => {}
        }
    }
}

/// A key with percent signs, as clients ask for that cannot read every character in XML.
fn encoded(key: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~*/".contains(&byte);
    let one = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    key.bytes().map(one).collect()
}

fn quoted(etag: &str) -> String {
    format!("\"{}\"", etag.trim().trim_matches('"'))
}

/// A tag that is another for other bytes, nearly always.
fn etag(bytes: &[u8]) -> String {
    format!("\"{:08x}{:024x}\"", crc32fast::hash(bytes), bytes.len())
}

/// What S3 says of what it has taken.
fn told(etag: String, payload: &Payload) -> Reply {
    let reply = empty(200).with("etag", etag);
    match payload.checksum {
        Some(_) => reply.with("x-amz-checksum-crc32", crc32(&payload.bytes)),
        None => reply,
    }
}

fn empty(status: u16) -> Reply {
    Reply::new(status, "application/xml", Vec::new())
}

fn not_kept(reason: NotKept) -> Refusal {
    match reason {
        NotKept::Full => {
            Refusal::new(400, "EntityTooLarge", "The simulator keeps no more than 1 GiB of objects.")
        }
        NotKept::NoUpload => Refusal::new(404, "NoSuchUpload", "The specified upload does not exist."),
        NotKept::NoPart => Refusal::new(400, "InvalidPart", "One or more of the parts could not be found."),
        NotKept::Order => Refusal::new(400, "InvalidPartOrder", "The parts are not in ascending order."),
        NotKept::Small => {
            Refusal::new(400, "EntityTooSmall", "A part is smaller than the minimum allowed size.")
        }
    }
}
