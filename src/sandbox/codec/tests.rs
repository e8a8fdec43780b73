//! Tests of both encodings: what is accepted, what is rejected, and that round trips lose nothing.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn unpacked(bytes: &[u8]) -> Result<Value, String> {
    read(bytes, Format::MessagePack)
}

#[test]
fn the_form_is_chosen_by_what_is_asked_for() {
    for (accept, format) in [
        (
            "application/x-msgpack,application/json",
            Format::MessagePack,
        ),
        ("application/json,application/x-msgpack", Format::Json),
        (
            "text/html, Application/X-MsgPack;q=0.9",
            Format::MessagePack,
        ),
        ("*/*", Format::Json),
        ("text/plain", Format::Json),
        ("", Format::Json),
    ] {
        assert_eq!(Format::accepted(accept), format, "{accept}");
    }
    for (content_type, format) in [
        ("application/x-msgpack", Format::MessagePack),
        ("application/json; charset=utf-8", Format::Json),
        ("text/plain", Format::Json),
        ("", Format::Json),
    ] {
        assert_eq!(Format::of(content_type), format, "{content_type}");
    }
    assert_eq!(Format::named("msgpack"), Format::MessagePack);
    assert_eq!(Format::named("json"), Format::Json);
}

#[test]
fn the_forms_are_those_of_the_specification() {
    // https://github.com/msgpack/msgpack/blob/master/spec.md
    for (bytes, value) in [
        (&b"\xc0"[..], json!(null)),
        (b"\xc3", json!(true)),
        (b"\x7f", json!(127)),
        (b"\xe0", json!(-32)),
        (b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", json!(u64::MAX)),
        (b"\xd3\x80\x00\x00\x00\x00\x00\x00\x00", json!(i64::MIN)),
        (b"\xca\x3f\x00\x00\x00", json!(0.5)),
        (b"\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a", json!(0.1)),
        (b"\xa2\xc3\xa9", json!("é")),
        (b"\x93\x01\x02\x03", json!([1, 2, 3])),
        (b"\x81\xa1a\x90", json!({ "a": [] })),
        (b"\xd4\x00\x00", json!(null)),
    ] {
        assert_eq!(unpacked(bytes).as_ref(), Ok(&value), "{bytes:x?}");
    }
}

#[test]
fn bytes_are_base64_where_there_is_json() {
    // SPEC RSL4c, RSL4d
    for (bytes, value) in [
        (
            &b"\x81\xa4data\xc4\x03\x01\x02\x03"[..],
            json!({ "data": "AQID", "encoding": "base64" }),
        ),
        (
            b"\x82\xa4data\xc4\x00\xa8encoding\xb8utf-8/cipher+aes-256-cbc",
            json!({ "data": "", "encoding": "utf-8/cipher+aes-256-cbc/base64" }),
        ),
    ] {
        assert_eq!(unpacked(bytes).as_ref(), Ok(&value));
        // `encoding` moves after the data, and is omitted when it is empty.
        assert_eq!(write(&value, Format::MessagePack), bytes);
    }
}

#[test]
fn invalid_base64_stays_text() {
    for message in [
        json!({ "data": "AQI", "encoding": "base64" }),
        json!({ "data": "not base64", "encoding": "base64" }),
        json!({ "data": "AQID", "encoding": "base64/utf-8" }),
        json!({ "data": "AQID", "encoding": "/base64" }),
        json!({ "data": "AQID", "encoding": null }),
        json!({ "data": 7, "encoding": "base64" }),
        json!({ "encoding": "base64" }),
    ] {
        let packed = write(&message, Format::MessagePack);
        assert_eq!(unpacked(&packed), Ok(message));
    }
}

#[test]
fn refuses_invalid_values() {
    for (bytes, reason) in [
        (&b"\xc4\x01\x00"[..], "bytes outside"),
        (b"\x81\xa1x\xc4\x01\x00", "bytes outside"),
        (
            b"\x82\xa4data\xc4\x00\xa8encoding\x07",
            "an encoding that is not a string",
        ),
        (b"\x81\x01\x02", "a name that is not a string"),
        (b"\x82\xa1a\x01\xa1a\x02", "a duplicate name"),
        (
            b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00",
            "a number that is NaN",
        ),
        (b"\xd4\x07\x00", "an unknown extension"),
        (b"\xa1\xff", "not UTF-8"),
        (b"\xc0\xc0", "more data follows"),
        // Lists and strings that claim a length of 4 GiB.
        (b"\xdd\xff\xff\xff\xff", "not MessagePack"),
        (b"\xdb\xff\xff\xff\xff", "not MessagePack"),
        (b"", "not MessagePack"),
    ] {
        let error = unpacked(bytes).expect_err("no value");
        assert!(error.contains(reason), "{bytes:x?}: {error}");
    }
    for (text, reason) in [
        ("", "EOF"),
        ("{", "EOF"),
        ("nope", "expected"),
        ("1 2", "trailing"),
        (r#"{"a":1,"\u0061":2}"#, "duplicate name"),
        ("1e999", "out of range"),
        (r#""\ud800""#, "escape"),
    ] {
        let error = read(text.as_bytes(), Format::Json).expect_err("no value");
        assert!(error.contains(reason), "{text}: {error}");
    }
}

#[test]
fn depth_is_bounded_alike_in_both() {
    let json = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let packed = |depth: usize| [vec![0x91; depth], vec![0xc0]].concat();
    assert!(read(json(MAX_DEPTH).as_bytes(), Format::Json).is_ok());
    assert!(unpacked(&packed(MAX_DEPTH)).is_ok());
    for depth in [MAX_DEPTH + 1, MAX_DEPTH + 2, 128, 1_000_000] {
        assert!(read(json(depth).as_bytes(), Format::Json).is_err());
        assert!(unpacked(&packed(depth)).is_err());
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
        "(data|encoding|utf-8/base64|base64|AQID)".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        let name = prop_oneof!["(data|encoding)", ".{0,8}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = unpacked(&bytes);
        let _ = read(&bytes, Format::Json);
    }

    #[test]
    fn nothing_is_lost_between_the_forms(value in value()) {
        let packed = write(&value, Format::MessagePack);
        prop_assert_eq!(unpacked(&packed), Ok(value.clone()));
        let text = write(&value, Format::Json);
        prop_assert_eq!(read(&text, Format::Json), Ok(value));
    }
}
