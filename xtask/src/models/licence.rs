//! The licence of the models, and what was made of them.

use std::path::Path;

use anyhow::{Context as _, Result};

const NOTICE: &str = r"data/ and src/embedded.rs hold data taken from botocore VERSION
(https://github.com/boto/botocore), licensed under the Apache License, Version 2.0:
the full text is in LICENSE-botocore.

The NOTICE of botocore begins:

    FIRST
    SECOND

The rest of it is about libraries of others, of which nothing is here.

What was taken, from botocore/data, of the newest version of each service:
  service-2.json             the service, its operations and shapes
  service-2.sdk-extras.json  what is merged into them
  paginators-1.json          the paginators
  endpoint-rule-set-1.json   the rules by which endpoints are found

What was changed: documentation, patterns and what no call needs are left out;
paginators are added for operations that take and answer a token and have none;
each service's data are written as one compressed binary file by
`cargo xtask models`.

What was added, and is not part of botocore: the spellings of services in
src/embedded.rs, as NOTICE of orgwide-names says.
";

/// botocore's licence, as it is.
pub(super) fn licence(source: &Path) -> Result<Vec<u8>> {
    let file = source.join("LICENSE.txt");
    std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))
}

/// The notice that the licence asks for.
pub(super) fn notice(source: &Path, version: &str) -> Result<Vec<u8>> {
    let file = source.join("NOTICE");
    let theirs = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut lines = theirs.lines();
    let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let notice = NOTICE.replace("VERSION", version).replace("FIRST", first).replace("SECOND", second);
    Ok(notice.into_bytes())
}
