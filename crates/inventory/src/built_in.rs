//! The types that are declared in `collectors/`, a file for each service.

/// Name and text of every file, in the order of their names.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("ec2.yaml", include_str!("../collectors/ec2.yaml")),
    ("s3.yaml", include_str!("../collectors/s3.yaml")),
];
