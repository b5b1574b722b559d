use std::time::{Duration, Instant};

use orgwide_config::Config;

/// 5,000 accounts, each a set that merges one of a few anchors, and all of them in one list.
fn large() -> String {
    let mut file = "x-base: &base\n  role: {name: audit/ReadOnly, external_id: '${EXTERNAL:-abc-123}', session_name: nightly}\n  region: &eu [eu-*, us-east-1, us-west-2]\n  not_region: global\n  limit: &limits\n    - ec2:Describe*=20/s burst 100\n    - {rule: '*=10/s burst 10', ceiling: account-region}\n  in_flight: 64\n".to_owned();
    file += "sets:\n";
    for n in 0..5000 {
        file += &format!("  account-{n:05}:\n    <<: *base\n    account: {n:012}\n    item_timeout: 5m\n");
    }
    file += "account:\n";
    (0..5000).for_each(|n| file += &format!("  - {n:012}\n"));
    file
}

#[test]
fn five_thousand_accounts_with_anchors_load_at_once() {
    let file = large();
    let load = || {
        let began = Instant::now();
        let config = Config::parse(file.as_bytes(), |_| None).unwrap();
        (began.elapsed(), config)
    };
    // Other work on the machine makes some slower, none faster.
    let times = if cfg!(debug_assertions) { 1 } else { 7 };
    let (took, config) = (0..times).map(|_| load()).min_by_key(|(took, _)| *took).unwrap();
    println!("{} bytes, {} sets: {took:?}", file.len(), config.sets().len());
    assert_eq!(config.sets().len(), 5000);
    assert_eq!(config.settings().accounts.accounts.len(), 5000);
    let last = config.set("account-04999").unwrap();
    assert_eq!(last.accounts.accounts, ["000000004999"]);
    assert_eq!(last.limits.len(), 2);
    if !cfg!(debug_assertions) {
        assert!(took < Duration::from_millis(200), "{took:?}");
    }
}
