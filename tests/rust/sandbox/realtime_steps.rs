//! What can happen to clients, for `realtime_properties.rs`.

use proptest::prelude::*;

pub const CHANNELS: [&str; 2] = ["chat", "news"];

#[derive(Debug, Clone)]
pub enum Step {
    Connect {
        client: usize,
        grants: u8,
    },
    Attach {
        client: usize,
        channel: usize,
    },
    Detach {
        client: usize,
        channel: usize,
    },
    Publish {
        client: usize,
        channel: usize,
    },
    Rest {
        channel: usize,
    },
    Enter {
        client: usize,
        channel: usize,
        action: u64,
    },
    Drop {
        client: usize,
    },
    Close {
        client: usize,
    },
    Renew {
        client: usize,
        grants: u8,
    },
    Pass {
        ms: u64,
    },
    Again {
        client: usize,
    },
    /// The socket breaks, and the client has not noticed.
    Away {
        client: usize,
    },
    /// It comes back, resumes, and attaches again from where it was.
    Back {
        client: usize,
    },
    /// Somebody sets the clock back.
    ClockBack {
        ms: u64,
    },
}

pub fn step() -> impl Strategy<Value = Step> {
    let client = || 0..3usize;
    let channel = || 0..2usize;
    prop_oneof![
        3 => (client(), any::<u8>()).prop_map(|(client, grants)| Step::Connect { client, grants }),
        4 => (client(), channel()).prop_map(|(client, channel)| Step::Attach { client, channel }),
        1 => (client(), channel()).prop_map(|(client, channel)| Step::Detach { client, channel }),
        5 => (client(), channel()).prop_map(|(client, channel)| Step::Publish { client, channel }),
        2 => channel().prop_map(|channel| Step::Rest { channel }),
        3 => (client(), channel(), 2..5u64)
            .prop_map(|(client, channel, action)| Step::Enter { client, channel, action }),
        1 => client().prop_map(|client| Step::Drop { client }),
        1 => client().prop_map(|client| Step::Close { client }),
        2 => (client(), any::<u8>()).prop_map(|(client, grants)| Step::Renew { client, grants }),
        2 => (0..40_000u64).prop_map(|ms| Step::Pass { ms }),
        1 => client().prop_map(|client| Step::Again { client }),
        2 => client().prop_map(|client| Step::Away { client }),
        2 => client().prop_map(|client| Step::Back { client }),
        1 => (0..10_000u64).prop_map(|ms| Step::ClockBack { ms }),
    ]
}

/// The operations on a channel that these bits stand for.
pub fn operations(grants: u8, channel: usize) -> Vec<&'static str> {
    let bits = grants >> (4 * channel) & 7;
    let all = ["subscribe", "publish", "presence"];
    let chosen = all.into_iter().enumerate();
    chosen
        .filter(|(bit, _)| bits >> bit & 1 == 1)
        .map(|(_, it)| it)
        .collect()
}
