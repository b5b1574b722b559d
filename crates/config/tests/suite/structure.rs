use crate::{good, refused};

#[test]
fn anchors_and_aliases_stand_for_what_they_name() {
    let config =
        good("x-eu: &eu [eu-*, us-east-1]\nx-id: &id 012345678901\nregion: *eu\naccount: [*id, dev]");
    assert_eq!(config.settings().regions, ["eu-*", "us-east-1"]);
    assert_eq!(config.settings().accounts.accounts, ["012345678901", "dev"]);
}

#[test]
fn the_later_of_two_anchors_of_one_name_counts_from_there() {
    let config = good("x-a: &a one\nprofile: *a\nx-b: &a two\naccounts_file: *a");
    assert_eq!(config.settings().profile.as_deref(), Some("one"));
    assert_eq!(config.settings().accounts.file.as_deref(), Some("two"));
}

#[test]
fn merge_keys_bring_in_what_is_not_there_and_the_earlier_wins() {
    let config = good(
        "
x-one: &one { profile: one, in_flight: 1 }
x-two: &two { profile: two, in_flight: 2, role: Two }
sets:
  plain: { <<: *one }
  own: { <<: *one, profile: own }
  own-first: { profile: own, <<: *one }
  several: { <<: [*one, *two], region: eu-west-1 }
  nested: { <<: { <<: *two, profile: nested } }
",
    );
    let set = |name: &str| {
        let set = config.set(name).unwrap();
        (set.profile.unwrap(), set.in_flight.unwrap().get(), set.roles.len())
    };
    assert_eq!(set("plain"), ("one".to_owned(), 1, 0));
    assert_eq!(set("own"), ("own".to_owned(), 1, 0));
    assert_eq!(set("own-first"), ("own".to_owned(), 1, 0));
    assert_eq!(set("several"), ("one".to_owned(), 1, 1));
    assert_eq!(set("nested"), ("nested".to_owned(), 2, 1));
}

#[test]
fn a_quoted_merge_key_is_an_ordinary_key() {
    assert!(refused("'<<': {profile: x}")[0].starts_with("1:1: there is no key `<<`"));
}

#[test]
fn json_is_yaml_too() {
    let config = good("{\n\t\"region\": [\"eu-west-1\"],\n\t\"in_flight\": 5\n}");
    assert_eq!(config.settings().regions, ["eu-west-1"]);
    assert_eq!(config.settings().in_flight.unwrap().get(), 5);
}

#[test]
fn a_byte_order_mark_and_line_ends_of_windows_do_no_harm() {
    let config = good("\u{feff}profile: audit\r\nregion:\r\n  - eu-west-1\r\n");
    assert_eq!(config.settings().profile.as_deref(), Some("audit"));
    assert_eq!(config.settings().regions, ["eu-west-1"]);
}
