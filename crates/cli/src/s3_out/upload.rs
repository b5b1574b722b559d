use std::error::Error;
use std::io;
use std::path::Path;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::{ByteStream, Length};
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use orgwide_session::{Call, Failure};

use super::bucket::Bucket;

/// The most bytes that go in one request.
const SINGLE: u64 = 64 << 20;
/// Bytes of a piece of what is larger. S3 takes 10,000 of them.
const PIECE: u64 = 16 << 20;

/// Puts a file under this key: either all of it is there afterwards, or nothing is.
pub(super) async fn put(bucket: &Bucket, key: &str, content_type: &str, file: &Path) -> io::Result<()> {
    let length = std::fs::metadata(file)?.len();
    if length > SINGLE {
        return put_in_pieces(bucket, key, content_type, (file, length)).await;
    }
    let sent = bucket
        .client
        .put_object()
        .bucket(&bucket.name)
        .key(key)
        .content_type(content_type)
        .checksum_algorithm(ChecksumAlgorithm::Crc32)
        .body(piece(file, 0, length).await?)
        .send()
        .await;
    sent.map(drop).map_err(|error| bucket.failed("PutObject", &error))
}

async fn put_in_pieces(bucket: &Bucket, key: &str, content_type: &str, file: (&Path, u64)) -> io::Result<()> {
    let begun = bucket
        .client
        .create_multipart_upload()
        .bucket(&bucket.name)
        .key(key)
        .content_type(content_type)
        .checksum_algorithm(ChecksumAlgorithm::Crc32)
        .send()
        .await
        .map_err(|error| bucket.failed("CreateMultipartUpload", &error))?;
    let id = begun.upload_id().ok_or_else(|| io::Error::other("S3 gave no id for the upload"))?;
    let done = pieces(bucket, key, id, file).await;
    if done.is_err() {
        // What stays of it is not seen, but paid for.
        let abort = bucket.client.abort_multipart_upload().bucket(&bucket.name).key(key).upload_id(id);
        if let Err(error) = abort.send().await {
            let failure = bucket.failed("AbortMultipartUpload", &error);
            tracing::warn!(%failure, key, "an upload that failed could not be aborted");
        }
    }
    done
}

async fn pieces(bucket: &Bucket, key: &str, id: &str, (file, length): (&Path, u64)) -> io::Result<()> {
    let mut parts = Vec::new();
    for (number, from) in (1..).zip((0..length).step_by(PIECE as usize)) {
        let sent = bucket
            .client
            .upload_part()
            .bucket(&bucket.name)
            .key(key)
            .upload_id(id)
            .part_number(number)
            .checksum_algorithm(ChecksumAlgorithm::Crc32)
            .body(piece(file, from, PIECE.min(length - from)).await?)
            .send()
            .await
            .map_err(|error| bucket.failed("UploadPart", &error))?;
        let part = CompletedPart::builder()
            .part_number(number)
            .set_e_tag(sent.e_tag)
            .set_checksum_crc32(sent.checksum_crc32);
        parts.push(part.build());
    }
    let all = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
    bucket
        .client
        .complete_multipart_upload()
        .bucket(&bucket.name)
        .key(key)
        .upload_id(id)
        .multipart_upload(all)
        .send()
        .await
        .map(drop)
        .map_err(|error| bucket.failed("CompleteMultipartUpload", &error))
}

/// A piece of a file, which is read as it is sent, and once more if it has to be.
async fn piece(file: &Path, from: u64, length: u64) -> io::Result<ByteStream> {
    let stream = ByteStream::read_from().path(file).offset(from).length(Length::Exact(length));
    stream.build().await.map_err(io::Error::other)
}

impl Bucket {
    /// What a call to it failed with. The reader of it finds the [`Failure`] inside.
    fn failed<E>(&self, operation: &'static str, error: &SdkError<E, HttpResponse>) -> io::Error
    where
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let call = Call { region: Some(self.region.clone()), ..Call::new("s3", operation) };
        io::Error::other(Failure::of(error, call))
    }
}
