//! New tokens on an open connection, and tokens that stop counting.

use serde_json::{Map, Value};

use super::Realtime;
use super::connect::identity;
use super::connection::Authorization;
use super::modes::{self, PRESENCE};
use super::protocol::action;
use crate::sandbox::Transaction;
use crate::sandbox::data::caller::Caller;
use crate::sandbox::data::credentials::Credential;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::object::object;
use crate::sandbox::state::State;

impl Realtime {
    /// A client presents another token. Its answer is CONNECTED (SPEC RTC8a).
    ///
    /// # Errors
    /// The token does not count, or is that of another client id or app: the connection ends.
    pub(super) fn authenticate(
        &mut self,
        number: u32,
        frame: &Map<String, Value>,
        transaction: &mut Transaction<'_>,
    ) -> Outcome<()> {
        let auth = frame.get("auth").and_then(Value::as_object);
        let token = auth.and_then(|auth| auth.get("accessToken"));
        let Some(token) = token.and_then(Value::as_str) else {
            let message = "the frame has no auth.accessToken";
            return Err(Refusal::new(401, 40101, message));
        };
        let caller = Caller::with(transaction, &Credential::Token(token.to_owned()))?;
        let Some(connection) = self.connections.get_mut(&number) else {
            return Ok(());
        };
        let identity = identity(&caller, connection.said_client_id.as_deref())?;
        if identity != connection.identity || caller.app_id != connection.authorization.app_id {
            let message = "the token is for another client id or app than the connection's";
            return Err(Refusal::new(401, 40102, message));
        }
        connection.authorization = Authorization::of(caller);
        connection.follow_token(transaction.state, self.now);
        self.send_details(number);
        self.schedule(number);
        self.review(number, transaction);
        Ok(())
    }

    /// Holds the channels of a connection against its new capability.
    fn review(&mut self, number: u32, transaction: &mut Transaction<'_>) {
        let Some(connection) = self.connections.get_mut(&number) else {
            return;
        };
        let Ok(caller) = connection.caller(transaction) else {
            return; // unreachable: the token has just been accepted
        };
        let (mut failed, mut silenced) = (Vec::new(), Vec::new());
        for (name, attachment) in &mut connection.attachments {
            let before = attachment.granted;
            match modes::admitted(&caller, (attachment.asked, &attachment.params), name) {
                Err(refusal) => failed.push((attachment.shown.clone(), refusal)),
                Ok(granted) => {
                    attachment.granted = granted;
                    if before & PRESENCE != 0 && granted & PRESENCE == 0 {
                        silenced.push(name.clone());
                    }
                }
            }
        }
        for (shown, refusal) in failed {
            self.fail_channel(number, &shown, &refusal, transaction);
        }
        for channel in silenced {
            self.leave(number, &channel, transaction);
        }
    }

    /// Asks a client for a new token.
    pub(super) fn hint(&mut self, number: u32) {
        if let Some(connection) = self.connections.get_mut(&number) {
            connection.times.hint = None;
        }
        self.touch(number);
        let frame = object!({ "action": action::AUTH });
        self.send(number, &frame);
    }

    /// Tokens were revoked. A client whose token falls later is asked for a new one now.
    pub(super) fn hint_revoked(&mut self, state: &State) {
        let mut hinted = Vec::new();
        for (number, connection) in &mut self.connections {
            let Some(bearer) = connection.authorization.bearer() else {
                continue;
            };
            let cut = state.revocations.enforced_at(&bearer);
            if cut.is_some_and(|cut| cut > self.now) && cut != connection.times.cut {
                hinted.push(*number);
            }
            connection.times.cut = cut;
        }
        for number in hinted {
            self.hint(number);
            self.schedule(number);
        }
    }
}
