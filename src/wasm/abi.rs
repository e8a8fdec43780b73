//! The numbers that the module and its JavaScript agree on: the slots of the shared buffer, the
//! order of the texts in it, and the meaning of single values.
//!
//! The build tool compiles this file too (so it has no `use`), and writes the same for JavaScript, as
//! pkg/generated/abi.js: each constant by its name, and for each list of texts a function that puts them in
//! order. Neither side writes a number of its own.

/// Constants with consecutive values.
macro_rules! consecutive {
    ($table:ident: $type:ty, from $first:expr; $($(#[$doc:meta])* $name:ident,)*) => {
        consecutive!(@ $type, $first, $($(#[$doc])* $name,)*);
        tabulate!($table: $($name)*);
    };
    (@ $type:ty, $value:expr,) => {};
    (@ $type:ty, $value:expr, $(#[$doc:meta])* $name:ident, $($rest:tt)*) => {
        $(#[$doc])*
        pub const $name: $type = $value;
        consecutive!(@ $type, $name + 1, $($rest)*);
    };
}

/// Constants of one bit each.
macro_rules! bits {
    ($table:ident: $type:ty, from $first:expr; $($(#[$doc:meta])* $name:ident,)*) => {
        bits!(@ $type, $first, $($(#[$doc])* $name,)*);
        tabulate!($table: $($name)*);
    };
    (@ $type:ty, $value:expr,) => {};
    (@ $type:ty, $value:expr, $(#[$doc:meta])* $name:ident, $($rest:tt)*) => {
        $(#[$doc])*
        pub const $name: $type = $value;
        bits!(@ $type, $name << 1, $($rest)*);
    };
}

macro_rules! constants {
    ($table:ident: $($(#[$doc:meta])* $name:ident: $type:ty = $value:expr,)*) => {
        $($(#[$doc])* pub const $name: $type = $value;)*
        tabulate!($table: $($name)*);
    };
}

/// Constants by their names, for the build tool.
macro_rules! tabulate {
    ($table:ident: $($name:ident)*) => {
        #[cfg(not(target_arch = "wasm32"))]
        pub const $table: &[(&str, f64)] = &[$((stringify!($name), $name as f64)),*];
    };
}

/// Lists of names, and all of them by their own names.
macro_rules! lists {
    ($table:ident: $($(#[$doc:meta])* $list:ident: $($name:ident)*;)*) => {
        $($(#[$doc])* pub const $list: &[&str] = &[$(stringify!($name)),*];)*
        pub const $table: &[(&str, &[&str])] = &[$((stringify!($list), $list)),*];
    };
}

lists! { TEXT_LISTS:
    /// What the tokens of one issuer share, besides the key. The cache of issuers goes by all of it.
    ISSUER_TEXTS: capability keyCapability claims;
    /// What each token of an issuer may override.
    OVERRIDE_TEXTS: clientId revocationKey jwtId;
    /// The key, ISSUER_TEXTS, OVERRIDE_TEXTS.
    ISSUE_TEXTS: key capability keyCapability claims clientId revocationKey jwtId;
    /// `key`: or keys, as a JSON list. `revocations`: a JSON list.
    VERIFY_TEXTS: key token keyCapability revocations;
    DECODE_TEXTS: token;
    SIGN_TOKEN_REQUEST_TEXTS: key capability clientId nonce;
    CHECK_CAPABILITY_TEXTS: capability keyCapability;
    PUT_CAPABILITY_TEXTS: capability;
    COMPACT_CAPABILITY_TEXTS: capability;
    /// `actions`: as of EXPLAIN_TEXTS.
    ALLOWS_TEXTS: operation resource capability actions;
    /// Of an operation or action: on `name`, without `place` and `row`. Of a feature: `place` is `chatRoom`,
    /// `space` or `aiConversation`, `row` what it needs. `modes`: with commas between. `rules`: a line
    /// `namespace:rule` each. `actions`: the table of src/capability/actions.txt, if it may be about an action.
    EXPLAIN_TEXTS: capability operation name place row keyCapability clientId forClientId modes rules actions;
    INTERSECT_TEXTS: keyCapability capability;
    /// `target`: key name, a space, the target; a key name has no space.
    REVOCATION_ID_TEXTS: target;
    /// `capability`: if it is narrowed by the key's. `revocations`: a JSON list.
    CHECK_REVOKED_TEXTS: keyName clientId revocationKey capability revocations;
    /// `names`, `labels`: of all capabilities of access tokens, with commas between.
    CHECK_NEED_TEXTS: need names labels;
    /// `known`: the options that exist, with commas between.
    REFUSE_OPTION_TEXTS: name known;
    /// `known`: the names that exist, with commas between.
    NEAREST_TEXTS: typed known;
}

lists! { ANSWER_LISTS:
    ISSUE_ANSWERS: token capability;
    /// `claims`: see CLAIMS_FROM.
    VERIFY_ANSWERS: keyName claims capability clientId revocationKey;
    SIGN_TOKEN_REQUEST_ANSWERS: keyName capability mac;
}

/// The first slots hold the lengths of texts, going in and coming out; numbers begin behind the most of them
/// that any function has.
pub const MAX_TEXTS: usize = {
    let (texts, answers) = (longest(TEXT_LISTS), longest(ANSWER_LISTS));
    if texts > answers { texts } else { answers }
};

consecutive! { SLOTS: usize, from MAX_TEXTS;
    /// Seconds, or NaN for the issuer's own.
    TTL,
    /// The time in ms.
    NOW,
    /// Bits of FLAGS.
    FLAG_BITS,
    /// When the token was issued, in ms.
    ISSUED,
    /// When it expires, in ms.
    EXPIRES,
    /// Its life in seconds.
    ISSUED_TTL,
    /// Whether `warnings` has something to say.
    HAS_WARNINGS,
    /// The number of what was prepared.
    HANDLE,
    /// Of a question: 1 or 0.
    ANSWER,
    /// The bits of the notes of a verified token, for `notes`.
    NOTES,
    /// If not 0, the claims begin behind their first one, which is the capability; and if there is nothing
    /// behind it, what the rest of the answer says is all, in the order capability, iat, exp, clientId,
    /// revocationKey.
    CLAIMS_FROM,
    /// The tolerance for clocks in seconds, or NaN.
    TOLERANCE,
    /// The longest life of a token in seconds, or NaN.
    TTL_LIMIT,
    /// How many tokens are asked for.
    COUNT,
    /// The address of the output.
    OUTPUT_AT,
    /// Where the slots of the first of many tokens are, with those of the next behind them.
    BATCH_AT,
}

consecutive! { BATCH: usize, from 0;
    /// Within the slots of one of many tokens. The length of this one becomes the length of the token.
    BATCH_CLIENT_ID,
    BATCH_REVOCATION_KEY,
    BATCH_JWT_ID,
    BATCH_TTL,
    BATCH_NOW,
    /// How many slots each has.
    IN_BATCH,
}

constants! { CONSTANTS:
    /// As many tokens can be asked for at once: more would gain little, and leave JavaScript with texts that
    /// hold each other in memory.
    MAX_BATCH: usize = 16,
    ALL_SLOTS: usize = BATCH_AT + MAX_BATCH * IN_BATCH,
    /// The length that stands for "no such text".
    ABSENT: f64 = -1.0,
    /// In place of a length: without what the issuer has.
    WITHOUT: f64 = -2.0,
}

bits! { FLAGS: u32, from 1;
    /// For a key with revocable tokens.
    REVOCABLE,
    /// For a server, as `clientType` says.
    SERVER,
    /// There is a list of keys in place of one.
    MANY_KEYS,
    /// The token may be an Ably token with a JWT in it.
    EMBEDDED,
    /// The client has no id.
    UNIDENTIFIED,
}

consecutive! { OUTCOMES: u32, from 0;
    DONE,
    /// `takeError` has the error.
    FAILED,
    /// What was prepared has gone: prepare it again.
    GONE,
}

consecutive! { NO_ANSWER: u32, from 0x1_0000;
    /// In place of a status, above them all: why there is no answer.
    TIMEOUT,
    ABORTED,
    NETWORK,
    NO_MORE_REQUESTS,
    TOO_LONG,
}

const fn longest(lists: &[(&str, &[&str])]) -> usize {
    let mut rest = lists;
    let mut longest = 0;
    while let [(_, list), after @ ..] = rest {
        if list.len() > longest {
            longest = list.len();
        }
        rest = after;
    }
    longest
}

/// Whether a list is the others, one behind the other.
const fn is_joined(list: &[&str], parts: &[&[&str]]) -> bool {
    let mut list = list;
    let mut parts = parts;
    while let [part, other_parts @ ..] = parts {
        let mut names = *part;
        while let [name, other_names @ ..] = names {
            let [first, rest @ ..] = list else {
                return false;
            };
            if !same(first.as_bytes(), name.as_bytes()) {
                return false;
            }
            (list, names) = (rest, other_names);
        }
        parts = other_parts;
    }
    list.is_empty()
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    let (mut one, mut other) = (one, other);
    while let ([a, one_rest @ ..], [b, other_rest @ ..]) = (one, other) {
        if *a != *b {
            return false;
        }
        (one, other) = (one_rest, other_rest);
    }
    one.is_empty() && other.is_empty()
}

const _: () = {
    assert!(is_joined(
        ISSUE_TEXTS,
        &[&["key"], ISSUER_TEXTS, OVERRIDE_TEXTS]
    ));
    // The texts of one of many tokens are read as those of a single one.
    assert!(BATCH_TTL == OVERRIDE_TEXTS.len());
};
