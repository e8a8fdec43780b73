use std::cell::Cell;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::count;
use crate::capability::{Capability, CheckContext};
use crate::json;
use crate::jwt::{VerifyOptions, decode, verify};
use crate::key::ApiKey;

thread_local! {
    pub(super) static STEPS: Cell<usize> = const { Cell::new(0) };
}

/// The last is as much as any reader of tokens and capabilities takes.
const SIZES: [usize; 4] = [4 * 1024, 16 * 1024, 64 * 1024, 128 * 1024];
/// For each byte. Sorting the members of 128 KB takes 5, going through them a few times as many again; what
/// compares each member with each takes 40 at 4 KB and over 1,000 at 128 KB.
const MAX_STEPS: usize = 24;
/// For the likely names of a few unknown operations, whatever the length.
const GUESSES: usize = 80_000;

/// As many parts as fit, between two ends.
fn filled(size: usize, start: &str, end: &str, mut part: impl FnMut(usize) -> String) -> String {
    let mut text = start.to_owned();
    for index in 0.. {
        let part = part(index);
        if text.len() + part.len() + end.len() + 1 > size {
            break;
        }
        if index > 0 {
            text.push(',');
        }
        text += &part;
    }
    text + end
}

/// Distinct, short, and in an order that is neither that of their bytes nor its reverse.
fn name(index: usize) -> String {
    const DIGITS: &[u8; 36] = b"q8w2e9r4t5y1u3i6o7pasdfghjklzxcvbnm0";
    let mut name = String::new();
    let mut rest = index + 1;
    while rest > 0 {
        name.push(char::from(DIGITS[rest % 36]));
        rest /= 36;
    }
    name
}

type Shape = (&'static str, fn(usize) -> String);

const OBJECTS: &[Shape] = &[
    ("short members", |size| {
        filled(size, "{", "}", |index| format!(r#""{}":1"#, name(index)))
    }),
    ("short members, a space", |size| {
        filled(size, "{ ", "}", |index| format!(r#""{}":1"#, name(index)))
    }),
    ("members of one name", |size| {
        filled(size, "{", "}", |_| r#""a":1"#.to_owned())
    }),
    ("the first name once more at the end", |size| {
        filled(size, "{", r#","q":1}"#, |index| {
            format!(r#""{}":1"#, name(index + 35))
        })
    }),
    ("names that begin alike", |size| {
        let prefix = "a".repeat(100);
        filled(size, "{", "}", |index| {
            format!(r#""{prefix}{}":1"#, name(index))
        })
    }),
    ("escapes", |size| {
        filled(size, "{", "}", |index| {
            format!(r#""\u0061{}":"\u00e9\n""#, name(index))
        })
    }),
    ("brackets in a text", |size| {
        filled(size, r#"{"a":["#, "]}", |_| r#""[{\"[""#.to_owned())
    }),
    ("deep values", |size| {
        let deep = "[".repeat(100) + &"]".repeat(100);
        filled(size, "{", "}", |index| {
            format!(r#""{}":{deep}"#, name(index))
        })
    }),
];

const CAPABILITIES: &[Shape] = &[
    ("short resources", |size| {
        filled(size, "{", "}", |index| {
            format!(r#""{}":["publish"]"#, name(index))
        })
    }),
    ("the same resource", |size| {
        filled(size, "{", "}", |_| r#""a:*":["publish","x"]"#.to_owned())
    }),
    ("unknown operations", |size| {
        let mut list = String::new();
        for index in 0..99 {
            let _ = write!(list, r#""{}","#, name(index + 40));
        }
        filled(size, "{", "}", |index| {
            format!(r#""{}":[{list}"publsh"]"#, name(index))
        })
    }),
    ("an unknown operation each", |size| {
        filled(size, "{", "}", |index| {
            format!(r#""{}:a":["subscrib"]"#, name(index))
        })
    }),
    ("no text beside unknown operations", |size| {
        filled(size, "{", "}", |index| {
            format!(r#""{}":["publsh","subscrib",1]"#, name(index))
        })
    }),
    ("a path of many segments", |size| {
        let path = "a:".repeat(size / 4 - 20);
        format!(r#"{{"a:b:*":["*"],"{path}c":["publish"],"{path}*":["publish"]}}"#)
    }),
    ("paths that are literal stars", |size| {
        filled(size, "{", "}", |index| {
            format!(r#""{}*a*a*":["publish"]"#, name(index))
        })
    }),
    ("qualifiers", |size| {
        filled(size, "{", "}", |index| {
            format!(r#""[met{}]a":["publish"]"#, name(index))
        })
    }),
    ("paths below each other", |size| {
        let mut path = String::from("a");
        filled(size, "{", "}", |_| {
            path.push_str(":a");
            format!(r#""{path}":["publish"]"#)
        })
    }),
];

fn token(header: &str, payload: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let signature = URL_SAFE_NO_PAD.encode([0; 32]);
    format!("{}.{}.{signature}", part(header), part(payload))
}

/// `passes`: how many times it is read and gone through.
fn check(reader: &str, passes: usize, shapes: &[Shape], read: impl Fn(&str)) {
    for (shape, input) in shapes {
        for size in SIZES {
            let input = input(size);
            assert!(input.len() > size / 2 && input.len() <= size, "{shape}");
            let steps = count(|| read(&input));
            assert!(
                steps <= passes * MAX_STEPS * size + GUESSES,
                "{reader}, {shape}: {steps} steps for {size} bytes"
            );
        }
    }
}

#[test]
fn objects_take_as_many_steps_as_they_are_long() {
    check("an object", 1, OBJECTS, |text| drop(json::object(text)));
    // It is counted.
    assert!(count(|| drop(json::object(&OBJECTS[0].1(4096)))) > 4096);
}

#[test]
fn unsigned_tokens_take_linear_steps() {
    let key: ApiKey = "app.key:made-up-secret".parse().unwrap();
    let options = VerifyOptions::at(1_700_000_000_000);
    let embedded = VerifyOptions {
        embedded: true,
        ..options
    };
    let read = |token: &str| {
        // Base64 makes it a third longer, so not all of it fits; the smaller ones do.
        drop(decode(token, options.now_ms));
        drop(verify(token, [&key], &options));
        drop(verify(token, [&key], &embedded));
    };
    const THREE_READERS: usize = 3;
    for (shape, input) in OBJECTS {
        for size in SIZES {
            let object = input(size * 3 / 4 - 200);
            let good = r#"{"alg":"HS256","kid":"app.key"}"#;
            for token in [token(&object, "{}"), token(good, &object)] {
                let steps = count(|| read(&token));
                let most = THREE_READERS * MAX_STEPS * size;
                assert!(steps <= most, "{shape}: {steps} steps for {size} bytes");
            }
        }
    }
}

#[test]
fn capabilities_take_as_many_steps_as_they_are_long() {
    check("read", 1, CAPABILITIES, |text| drop(Capability::read(text)));
    check("parse", 1, CAPABILITIES, |text| {
        drop(Capability::parse(text))
    });
    check("check", 1, CAPABILITIES, |text| {
        drop(Capability::check(text, &CheckContext::default()));
    });
    check("check under a key", 3, CAPABILITIES, |text| {
        let key = Capability::read(text).ok();
        let context = CheckContext {
            key_capability: key.as_ref(),
            unidentified: true,
        };
        drop(Capability::check(text, &context));
    });
    check("intersect", 2, CAPABILITIES, |text| {
        if let Ok(capability) = Capability::read(text) {
            drop(capability.intersect(&capability));
        }
    });
    check("compact", 4, CAPABILITIES, |text| {
        if let Ok(capability) = Capability::read(text) {
            drop(capability.compact());
        }
    });
    check("explain", 4, CAPABILITIES, |text| {
        if let Ok(capability) = Capability::read(text) {
            let long = "a:".repeat(text.len() / 2);
            capability.explain("history", &long);
            capability.explain(&long, "a:a:b");
            assert!(!capability.allows("history", &long));
        }
    });
}
