//! Services that have one endpoint for all regions.

/// The names they sign with, sorted.
const GLOBAL: &[&str] = &[
    "account",
    "artifact",
    "bcm-dashboards",
    "bcm-data-exports",
    "bcm-pricing-calculator",
    "bcm-recommended-actions",
    "billing",
    "billingconductor",
    "budgets",
    "ce",
    "chime",
    "cloudfront",
    "codecatalyst",
    "freetier",
    "globalaccelerator",
    "health",
    "iam",
    "importexport",
    "invoicing",
    "networkmanager",
    "notifications-contacts",
    "organizations",
    "partnercentral",
    "partnercentral-channel",
    "pricingplanmanager",
    "route53",
    "route53-recovery-control-config",
    "route53-recovery-readiness",
    "route53domains",
    "savingsplans",
    "shield",
    "support",
    "supportapp",
    "tax",
    "trustedadvisor",
    "waf",
];

/// Whether the region of a signature says nothing about what a service answers.
pub(crate) fn is_global(signing_name: &str) -> bool {
    GLOBAL.binary_search(&signing_name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted_so_that_they_are_found() {
        assert!(GLOBAL.is_sorted());
        assert!(is_global("iam") && is_global("waf") && !is_global("ec2"));
    }
}
