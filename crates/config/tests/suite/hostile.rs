//! Files that mean harm, or are broken: each is refused with its place, soon.

use std::time::{Duration, Instant};

use orgwide_config::{Config, import};

/// A hundred times what any of them takes in a debug build, and far from what the harm would take.
const SOON: Duration = Duration::from_secs(10);

/// What refuses the file says first.
fn refused(file: impl AsRef<[u8]>) -> String {
    let file = file.as_ref();
    let began = Instant::now();
    let error = Config::parse(file, |_| None).expect_err("it was taken");
    // The importer has bounds of its own to keep.
    let _ = import(file);
    assert!(began.elapsed() < SOON, "it took {:?}", began.elapsed());
    error.problems()[0].to_string()
}

#[test]
fn lists_of_aliases_that_grow_ninefold_a_level_are_refused() {
    let mut file = "x-0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..=9 {
        let alias = format!("*a{}", level - 1);
        file += &format!("x-{level}: &a{level} [{}]\n", [alias.as_str(); 9].join(","));
    }
    file += "account: *a9\n";
    // A list in a list is not of accounts, and is not walked.
    assert_eq!(refused(&file), "9:10: a single value is expected here, and this is a list");
}

#[test]
fn sets_that_multiply_a_long_list_are_refused() {
    let ids = vec!["a"; 2000].join(",");
    let mut file = format!("x-ids: &ids [{ids}]\nsets:\n");
    (0..2000).for_each(|n| file += &format!("  s{n}: {{account: *ids}}\n"));
    assert!(refused(&file).ends_with("with its aliases filled in, the file has more than 250000 values"));
}

#[test]
fn merge_keys_that_multiply_are_refused() {
    let keys: String = (0..2000).map(|n| format!("k{n}: x, ")).collect();
    let mut file = format!("x-a: &a {{{keys}}}\nx-b: &b [{}]\n", vec!["*a"; 2000].join(","));
    file += "x-c:\n";
    (0..2000).for_each(|n| file += &format!("  k{n}: {{<<: *b}}\n"));
    assert_eq!(refused(&file), "1:9: the file has more than 250000 values; no more are read");
}

#[test]
fn an_alias_within_what_it_stands_for_is_refused() {
    assert_eq!(refused("account: &a [*a]"), "1:14: this alias stands within what it stands for: a circle");
    assert_eq!(
        refused("x-a: &a\n  b: {<<: *a}"),
        "2:11: this alias stands within what it stands for: a circle"
    );
    assert_eq!(
        refused("account: *later\nx-a: &later [a]"),
        "1:10: nothing is called `&later` up to here; define it further up with `&later`, or quote a value that begins with `*`"
    );
}

#[test]
fn deep_nesting_is_refused() {
    for (file, place) in [
        (format!("account: {}", "[".repeat(100_000)), "1:"),
        (format!("x: {}", "{a: ".repeat(100_000)), "1:"),
        ("- ".repeat(100_000), "1:"),
        ((0..1000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect(), "33:"),
    ] {
        let problem = refused(&file);
        assert!(problem.starts_with(place) && problem.contains("recursion limit"), "{problem}");
    }
    assert!(Config::parse(format!("x-a: {}{}", "[".repeat(30), "]".repeat(30)).as_bytes(), |_| None).is_ok());
}

#[test]
fn a_chain_of_aliases_is_no_way_to_nest_deeper() {
    let mut file = "x-0: &a0 [x]\n".to_owned();
    (1..20_000).for_each(|n| file += &format!("x-{n}: &a{n} [*a{}]\n", n - 1));
    assert_eq!(refused(&file), "33:12: with its aliases filled in, this is more than 32 levels deep");
}

#[test]
fn templates_with_many_wrong_variables_are_refused_as_soon() {
    refused("{{ a b ".repeat(200_000));
    refused("{{ a b }}\n".repeat(200_000));
    refused("{{{{".repeat(200_000));
}

#[test]
fn duplicate_keys_are_refused_with_both_places() {
    assert_eq!(
        refused("org: true\nprofile: a\norg: false"),
        "3:1: `org` is here a second time; first at 1:1; remove one of them"
    );
    assert_eq!(
        refused("sets:\n  a: {profile: x}\n  'a': {profile: y}"),
        "3:3: `a` is here a second time; first at 2:3; remove one of them"
    );
    assert_eq!(
        refused("x-a: &a {profile: a}\n<<: *a\n<<: *a"),
        "3:1: `<<` is here a second time; first at 2:1; merge several as a list: `<<: [*ONE, *OTHER]`"
    );
}

#[test]
fn merging_what_is_no_map_is_refused() {
    assert_eq!(
        refused("<<: text"),
        "1:5: `<<` merges maps, and this is a single value; write `<<: *NAME` or `<<: [*ONE, *OTHER]`"
    );
    assert!(refused("<<: [{profile: a}, [b]]").starts_with("1:20: `<<` merges maps, and this is a list"));
    assert!(
        refused("x-a: &a [b]\nsets: {a: {<<: *a}}")
            .starts_with("1:10: `<<` merges maps, and this is a single value")
    );
}

#[test]
fn what_is_not_utf8_is_refused_at_its_first_byte() {
    assert_eq!(refused(b"profile: a\nrole: \xff\xfe"), "2:7: this is not UTF-8; save the file as UTF-8");
    assert_eq!(refused(b"\xff\xfeo\0r\0g\0"), "1:1: this is not UTF-8; save the file as UTF-8");
    assert_eq!(
        refused("profile: ü\u{e9}".as_bytes().split_last().unwrap().1),
        "1:11: this is not UTF-8; save the file as UTF-8"
    );
}

#[test]
fn tabs_and_open_brackets_and_quotes_are_refused_with_their_place() {
    for (file, place) in [
        ("sets:\n\ta: b", "2:"),
        ("account: [a, b", "1:"),
        ("profile: \"abc", "1:"),
        ("a: b: c", "1:"),
        ("account: [a]]", "1:"),
        ("  profile: a\n region: b", "2:"),
        ("profile: @x", "1:10:"),
        ("%YAML 3.0\n---\norg: true", "1:"),
    ] {
        let problem = refused(file);
        assert!(problem.starts_with(place) && problem.contains("this is not YAML: "), "{file:?}: {problem}");
    }
    assert!(refused("sets:\n\ta: b").ends_with("; indent with spaces"));
    assert!(refused("role: {name: ${ROLE}}").contains("between brackets a variable needs quotes: '${NAME}'"));
}

#[test]
fn tags_keys_that_are_no_names_and_further_documents_are_refused() {
    assert_eq!(
        refused("in_flight: !!int 3"),
        "1:18: the tag `!!int` means nothing here; remove it: values are taken as they are written"
    );
    assert!(refused("profile: !secret x").starts_with("1:18: the tag `!secret` means nothing here"));
    assert!(refused("? [a, b]\n: c").starts_with("1:3: a key is a name, and this is a list"));
    let template = Config::parse(b"profile: {{NAME}}", |_| None).unwrap_err().to_string();
    assert!(
        template.contains("1:11: a key is a name, and this is a map; quote a value with braces"),
        "{template}"
    );
    assert!(refused("org: true\n---\norg: false").starts_with("2:1: a second document begins here"));
}

#[test]
fn large_files_and_values_are_refused() {
    assert_eq!(refused(vec![b'a'; 9 << 20]), "1:1: the file is too long: at most 8388608 bytes are read");
    let long = "x".repeat(70_000);
    assert_eq!(
        refused(format!("org: true\nprofile: {long}")),
        "2:10: a value of 70000 bytes; at most 65536 are read"
    );
    assert_eq!(
        refused(format!("account: [{}a]", "a,".repeat(300_000))),
        "1:500009: the file has more than 250000 values; no more are read"
    );
    let key = refused(format!("? {long}\n: x"));
    assert!(key.len() < 300, "{} bytes of message", key.len());
}

#[test]
fn empty_files_are_refused() {
    for file in ["", "\n\n", "# only a comment", "---"] {
        refused(file);
    }
}

#[test]
fn bytes_at_random_and_files_cut_anywhere_never_panic() {
    let file = "x-a: &a {region: [eu-*], role: '${A:-b}'}\nsets:\n  s: {<<: *a, account: \"0123\"}\nlimit: |\n  ec2=1/s\n";
    (0..file.len()).for_each(|end| drop(Config::parse(&file.as_bytes()[..end], |_| None)));
    let pieces = [
        "&a", "*a", "<<", ": ", "- ", "[", "]", "{", "}", ",", "'", "\"", "\n", " ", "${", "}", "|", "?",
        "!", "{{", "}}", "\u{e000}", "org",
    ];
    let mut state = 7_u64;
    for _ in 0..20_000 {
        let text: String = (0..12)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                pieces[(state >> 33) as usize % pieces.len()]
            })
            .collect();
        drop(Config::parse(text.as_bytes(), |_| None));
        drop(import(text.as_bytes()));
    }
}
