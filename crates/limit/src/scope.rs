use std::fmt;

/// Which calls share one bucket or ceiling of a rule: those that agree in the parts named here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Each account has its own.
    pub account: bool,
    /// Each region has its own.
    pub region: bool,
    /// Each service has its own. For a rule that names a service this changes nothing.
    pub service: bool,
    /// Each operation of each service has its own.
    pub operation: bool,
}

impl Scope {
    /// One over the whole run.
    pub const RUN: Self = Self { account: false, region: false, service: false, operation: false };
    /// One per account, over all regions and everything the rule matches.
    pub const ACCOUNT: Self = Self { account: true, ..Self::RUN };
    /// One per account and operation, over all regions.
    pub const ACCOUNT_OPERATION: Self = Self { operation: true, ..Self::ACCOUNT };
    /// One per account and region, over everything the rule matches.
    pub const ACCOUNT_REGION: Self = Self { region: true, ..Self::ACCOUNT };
    /// One per account, region and service, over all operations.
    pub const ACCOUNT_REGION_SERVICE: Self = Self { service: true, ..Self::ACCOUNT_REGION };
    /// One per account, region and operation.
    pub const ACCOUNT_REGION_OPERATION: Self = Self { operation: true, ..Self::ACCOUNT_REGION };

    fn parts(self) -> impl Iterator<Item = &'static str> {
        let parts = [
            ("account", self.account),
            ("region", self.region),
            ("service", self.service && !self.operation),
            ("operation", self.operation),
        ];
        parts.into_iter().filter_map(|(name, own)| own.then_some(name))
    }

    /// How many parts keep calls apart: the fewer, the broader.
    pub(crate) fn narrowness(self) -> usize {
        self.parts().count()
    }
}

/// Completes the sentence "one per …".
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<&str> = self.parts().collect();
        match parts.split_last() {
            None => f.pad("run"),
            Some((only, [])) => f.pad(only),
            Some((last, first)) => f.pad(&format!("{} and {last}", first.join(", "))),
        }
    }
}
