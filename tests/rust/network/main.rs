//! Network code, with a scripted transport.

mod control;
mod control_operations;
mod credentials;
mod errors;
mod fallback;
mod key_cache;
mod key_choice;
mod key_source;
mod revoke;
mod revoke_cut_off;
mod revoke_faults;
mod revoke_lanes;
mod revoke_properties;
mod secrets;
mod token_service;
mod transport;
mod waits;
