//! Capability text: the two readers, the report and another JSON library agree, and canonical text
//! reads back as itself.
#![no_main]

use ably_edge_auth::{Capability, CheckContext};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let read = Capability::read(text);
    let parsed = Capability::parse(text);
    let report = Capability::check(
        text,
        &CheckContext {
            unidentified: true,
            key_capability: None,
        },
    );
    assert_eq!(report.is_ok(), parsed.is_ok());
    assert_eq!(report.capability, read.as_ref().ok().cloned());
    if let Ok(parsed) = &parsed {
        assert_eq!(Some(parsed), read.as_ref().ok());
    }
    for error in [read.as_ref().err(), parsed.as_ref().err()]
        .into_iter()
        .flatten()
    {
        assert_eq!(error.code(), Some(40000));
    }
    let Ok(read) = read else { return };

    let canonical = read.to_string();
    let again = Capability::read(&canonical).expect("canonical text");
    assert_eq!(again, read);
    assert_eq!(again.to_string(), canonical);

    let theirs: Value = serde_json::from_str(text).expect("JSON");
    let theirs = theirs.as_object().expect("an object");
    assert_eq!(theirs.len(), read.entries().len());
    for entry in read.entries() {
        let list = theirs[entry.resource()].as_array().expect("a list");
        let mut names: Vec<&str> = list
            .iter()
            .map(|name| name.as_str().expect("text"))
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names, entry.names());
    }
    // What the report warns of may be issued; it is the same from the capability itself.
    read.warnings(&CheckContext {
        unidentified: true,
        key_capability: Some(&read),
    });
});
