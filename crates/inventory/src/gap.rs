/// Details that are missing in records for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The operation that was to tell them, such as `s3:GetBucketPolicy`.
    pub operation: String,
    /// AWS's code for why it did not, such as `AccessDenied`; `NotAsked` where it had been refused for so many resources
    /// before that it was not asked any more, `NotSent` where the call could not be made.
    pub code: String,
    /// How many records lack them.
    pub records: u64,
}
