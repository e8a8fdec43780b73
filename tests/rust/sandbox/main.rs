//! The sandbox.

#[allow(dead_code, reason = "the tests of the core use the rest of it")]
#[path = "../vectors.rs"]
mod vectors;

mod access_tokens;
mod access_tokens_rates;
mod annotation_summaries;
mod chat;
mod control;
mod control_access;
mod control_api;
mod control_bodies;
mod control_client;
mod control_properties;
mod control_replay;
mod control_rules;
mod data_apps;
mod data_bounds;
mod data_channels;
mod data_credentials;
mod data_identity;
mod data_life;
mod data_properties;
mod data_publish;
mod data_revoke;
mod data_stats;
mod data_tokens;
mod data_world;
mod identified;
mod metachannels;
mod privileged;
mod random_requests;
mod realtime_annotations;
mod realtime_auth;
mod realtime_channels;
mod realtime_connect;
mod realtime_edits;
mod realtime_occupancy;
mod realtime_presence;
mod realtime_properties;
mod realtime_steps;
mod realtime_world;
mod webhooks;
