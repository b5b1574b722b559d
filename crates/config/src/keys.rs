//! The keys of the file: what each is called and takes. The reader and the schema both go by these tables.

/// One key of a map.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) takes: Takes,
}

/// What may stand behind a key.
pub(crate) enum Takes {
    Text,
    Flag,
    Count,
    Span,
    /// One text or a list of texts, each of which may be several with commas between.
    Texts,
    /// One file or a list of files; a comma is part of a name.
    Files,
    /// A number of failures, or a share of them.
    Failures,
    Limits,
    Roles,
    Endpoints,
    Sets,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// Maps that only hold anchors begin like this and are not looked into, as in Compose files.
pub(crate) const ASIDE: &str = "x-";

/// What the whole file and each of its sets may say.
pub(crate) const SETTINGS: &[Key] = &[
    Key { name: "profile", about: "The profile of the shared AWS configuration.", takes: Takes::Text },
    Key {
        name: "home_region",
        about: "The region that STS is asked in; otherwise AWS_REGION or the profile's.",
        takes: Takes::Text,
    },
    Key { name: "endpoint_url", about: "Send every call here instead of to AWS.", takes: Takes::Text },
    Key {
        name: "endpoints",
        about: "Endpoints by service, or by service and region; regions without one get that of `default`, or AWS's.",
        takes: Takes::Endpoints,
    },
    Key {
        name: "role",
        about: "The role to assume in each account; as a list, a chain of which the last is in the account.",
        takes: Takes::Roles,
    },
    Key {
        name: "verify_identity",
        about: "Make sure by a call in each account that AWS takes the caller for one of that account.",
        takes: Takes::Flag,
    },
    Key { name: "org", about: "Every account of the organization.", takes: Takes::Flag },
    Key {
        name: "ou",
        about: "The accounts of these organizational units and of those below them, by id or path pattern.",
        takes: Takes::Texts,
    },
    Key { name: "account", about: "Accounts by id, or by name with * and ?.", takes: Takes::Texts },
    Key {
        name: "accounts_file",
        about: "A file of account ids or names, one a line; relative to this file.",
        takes: Takes::Text,
    },
    Key { name: "tag", about: "Only accounts with all of these tags, each KEY=VALUE.", takes: Takes::Texts },
    Key { name: "not_account", about: "Accounts to leave out; always wins.", takes: Takes::Texts },
    Key { name: "not_ou", about: "Organizational units to leave out; always wins.", takes: Takes::Texts },
    Key {
        name: "region",
        about: "Regions by name, by pattern, or all that are `enabled`, which is what is done without.",
        takes: Takes::Texts,
    },
    Key {
        name: "not_region",
        about: "Regions to leave out; `global` leaves out services that have no regions.",
        takes: Takes::Texts,
    },
    Key {
        name: "limit",
        about: "Rates of calls, such as ec2:Describe*=20/s burst 100; the most specific one counts.",
        takes: Takes::Limits,
    },
    Key {
        name: "in_flight",
        about: "The most calls in flight at once, over all accounts; otherwise 128.",
        takes: Takes::Count,
    },
    Key {
        name: "item_timeout",
        about: "How long one target may work, such as 90s or 5m; otherwise 5m.",
        takes: Takes::Span,
    },
    Key {
        name: "deadline",
        about: "Stop a run after this time, such as 1h; it can be resumed.",
        takes: Takes::Span,
    },
    Key {
        name: "max_failures",
        about: "Stop a run when more targets than this have failed, or more than this share, such as 2%.",
        takes: Takes::Failures,
    },
    Key {
        name: "canary",
        about: "Run one account first, then one in twenty, then the rest; stop when the first ones do not complete.",
        takes: Takes::Flag,
    },
    Key {
        name: "types",
        about: "What `inventory` collects, such as ec2:instance or s3:*; otherwise the common types.",
        takes: Takes::Texts,
    },
    Key {
        name: "details",
        about: "The types of which `inventory` asks for details too, by name or pattern; '*' for all it collects.",
        takes: Takes::Texts,
    },
    Key {
        name: "collectors",
        about: "Files that declare types of your own; relative to this file.",
        takes: Takes::Files,
    },
    Key {
        name: "store",
        about: "The ledger that runs are kept in; relative to this file. Otherwise orgwide.sqlite in the folder a run is begun in, for `inventory`.",
        takes: Takes::Text,
    },
    Key {
        name: "out",
        about: "Where runs write their rows, each file by its extension; relative to this file.",
        takes: Takes::Files,
    },
    Key {
        name: "require_complete",
        about: "Let the files of `out` appear under their names only once every target has completed.",
        takes: Takes::Flag,
    },
    Key {
        name: "summary",
        about: "A file for the counts of the run, as JSON; relative to this file.",
        takes: Takes::Text,
    },
    Key {
        name: "errors_out",
        about: "A file for each target that did not complete, as NDJSON; relative to this file.",
        takes: Takes::Text,
    },
];

/// What only the whole file may say.
pub(crate) const SETS: Key = Key {
    name: "sets",
    about: "Named settings, which go over those of the file when --set names them.",
    takes: Takes::Sets,
};

/// A role as a map.
pub(crate) const ROLE: &[Key] = &[
    Key {
        name: "name",
        about: "NAME, PATH/NAME, an ARN, or either with {account} for the account's id.",
        takes: Takes::Text,
    },
    Key { name: "external_id", about: "What the role's trust policy asks for.", takes: Takes::Text },
    Key {
        name: "session_name",
        about: "What the session is called in CloudTrail: 2 to 64 letters, digits and any of +=,.@-_.",
        takes: Takes::Text,
    },
    Key {
        name: "duration",
        about: "How long its credentials last: 15m to 12h, in a chain at most 1h.",
        takes: Takes::Span,
    },
];

/// A limit as a map.
pub(crate) const LIMIT: &[Key] = &[
    Key { name: "rule", about: "MATCH=RATE, as for --limit.", takes: Takes::Text },
    Key { name: "account", about: "Only calls that these accounts pay for, by id.", takes: Takes::Texts },
    Key { name: "region", about: "Only calls in these regions, by name or pattern.", takes: Takes::Texts },
    Key {
        name: "ceiling",
        about: "Hold calls to this besides their own limit: one ceiling per run, account, or account and region.",
        takes: Takes::Word(&["run", "account", "account-region"]),
    },
    Key { name: "in_flight", about: "The most calls in flight at once under it.", takes: Takes::Count },
    Key { name: "fail_fast", about: "Calls over the limit fail instead of waiting.", takes: Takes::Flag },
];
