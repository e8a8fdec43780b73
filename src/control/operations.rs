//! The Control API as a table of operations, and the function that calls them.
//!
//! Sources: Ably's OpenAPI document (`static/open-specs/control-v1.yaml` in ably/docs) for methods
//! and paths, <https://ably.com/docs/platform/account/access-tokens> for the capabilities.

use super::{ACCESS_TOKEN_CAPABILITIES, AccessToken};
use crate::error::{Error, Kind, Result};
use crate::http::{Exchange, Network, Transport, json_of, segment};
use crate::json::Json;
use crate::text::{fill, joined, split, views};

/// An operation of the Control API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Its subject and its action: `keys.create`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// The capability that the access token needs; empty if none.
    pub needs: &'static str,
}

/// The shape of a successful response.
enum ResponseShape {
    Nothing,
    List,
    Object,
}

const fn operation(
    name: &'static str,
    method: &'static str,
    path: &'static str,
    needs: &'static str,
) -> Operation {
    Operation {
        name,
        method,
        path,
        needs,
    }
}

const NAMESPACE: &str = "/apps/{app_id}/namespaces/{namespace_id}";
const RULE: &str = "/apps/{app_id}/rules/{rule_id}";

/// Every operation that a capability of an access token allows, and `me`, which needs none.
///
/// JavaScript has its own copy in `pkg/lib/control-operations.js`, which keeps the table out of the
/// wasm module. A test compares the two.
#[rustfmt::skip]
pub const OPERATIONS: [Operation; 23] = [
    operation("me", "GET", "/me", ""),
    operation("apps.list", "GET", "/accounts/{account_id}/apps", "read:app"),
    operation("apps.create", "POST", "/accounts/{account_id}/apps", "write:app"),
    operation("apps.update", "PATCH", "/apps/{id}", "write:app"),
    operation("apps.delete", "DELETE", "/apps/{id}", "write:app"),
    operation("keys.list", "GET", "/apps/{app_id}/keys", "read:key"),
    operation("keys.create", "POST", "/apps/{app_id}/keys", "write:key"),
    operation("keys.update", "PATCH", "/apps/{app_id}/keys/{key_id}", "write:key"),
    operation("keys.revoke", "POST", "/apps/{app_id}/keys/{key_id}/revoke", "write:key"),
    operation("rules.list", "GET", "/apps/{app_id}/rules", "read:rule"),
    operation("rules.get", "GET", RULE, "read:rule"),
    operation("rules.create", "POST", "/apps/{app_id}/rules", "write:rule"),
    operation("rules.update", "PATCH", RULE, "write:rule"),
    operation("rules.delete", "DELETE", RULE, "write:rule"),
    operation("queues.list", "GET", "/apps/{app_id}/queues", "read:queue"),
    operation("queues.create", "POST", "/apps/{app_id}/queues", "write:queue"),
    operation("queues.delete", "DELETE", "/apps/{app_id}/queues/{queue_id}", "write:queue"),
    operation("namespaces.list", "GET", "/apps/{app_id}/namespaces", "read:namespace"),
    operation("namespaces.create", "POST", "/apps/{app_id}/namespaces", "write:namespace"),
    operation("namespaces.update", "PATCH", NAMESPACE, "write:namespace"),
    operation("namespaces.delete", "DELETE", NAMESPACE, "write:namespace"),
    operation("stats.account", "GET", "/accounts/{id}/stats", "read:stats"),
    operation("stats.app", "GET", "/apps/{id}/stats", "read:stats"),
];

impl Operation {
    /// Returns the operation with this name, such as `keys.create`.
    pub fn named(name: &str) -> Option<&'static Operation> {
        OPERATIONS.iter().find(|it| it.name == name)
    }

    /// Refuses a call for which the access token lacks the capability, by name and label.
    ///
    /// # Errors
    /// [`Kind::Forbidden`], 403.
    pub fn check(&self, held: &[String]) -> Result<()> {
        self.order().check(held)
    }

    pub(crate) fn order(&self) -> OperationCall<'static> {
        let mut rows = ACCESS_TOKEN_CAPABILITIES.iter();
        let row = rows.find(|row| row.capability == self.needs);
        OperationCall::of(*self, row.map_or("", |row| row.label))
    }
}

/// An operation with everything a call needs, so that no table is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OperationCall<'a> {
    pub(crate) name: &'a str,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) needs: &'a str,
    /// The capability's label in the dashboard.
    pub(crate) label: &'a str,
}

// The operations that this crate calls itself.
pub(crate) const ME: OperationCall<'_> = OperationCall::of(OPERATIONS[0], "");
pub(crate) const LIST_APPS: OperationCall<'_> = OperationCall::of(OPERATIONS[1], "Read App");
pub(crate) const LIST_KEYS: OperationCall<'_> = OperationCall::of(OPERATIONS[5], "Read Key");

impl OperationCall<'_> {
    const fn of(operation: Operation, label: &'static str) -> OperationCall<'static> {
        OperationCall {
            name: operation.name,
            method: operation.method,
            path: operation.path,
            needs: operation.needs,
            label,
        }
    }

    /// The shape of a successful response.
    fn answer(&self) -> ResponseShape {
        match () {
            () if self.name.ends_with(".list") || self.name.starts_with("stats.") => {
                ResponseShape::List
            }
            () if self.name.ends_with(".delete") || self.name.ends_with(".revoke") => {
                ResponseShape::Nothing
            }
            () => ResponseShape::Object,
        }
    }

    /// Builds the path. Every parameter is encoded as one segment, so that no id can lead to
    /// another path.
    pub(crate) fn path_for(&self, parameters: &[String], query: &str) -> Result<String> {
        let mut parameters = parameters.iter();
        let mut path = String::new();
        for part in split(self.path, b'/').skip(1) {
            path.push('/');
            if !part.starts_with('{') {
                path.push_str(part);
                continue;
            }
            let name = part.get(1..part.len() - 1).unwrap_or_default();
            let value = parameters.next().map_or("", String::as_str);
            let wrong = match value {
                "" => " is empty",
                // URL parsers resolve these even when they are encoded.
                "." | ".." => " is a relative path, not an id",
                _ => "",
            };
            if !wrong.is_empty() {
                return Err(Error::new(Kind::Usage, "{}{}", &[name, wrong]).at(name));
            }
            path.push_str(&segment(value));
        }
        if !query.is_empty() {
            path.push('?');
            path.push_str(query);
        }
        Ok(path)
    }

    pub(crate) fn check(&self, held: &[String]) -> Result<()> {
        if self.needs.is_empty() || held.iter().any(|it| it == self.needs) {
            return Ok(());
        }
        let mut has = views(held);
        if has.is_empty() {
            has.push("none");
        }
        Err(Error::new(
            Kind::Forbidden,
            "{}; this token has {}",
            &[&self.needed(), &joined(&has, ", ")],
        )
        .answered(0, 403, Default::default())
        .with_remediation("make one that has it at https://ably.com/users/access_tokens"))
    }

    /// `keys.create needs write:key, shown in the dashboard as Write Key`
    pub(crate) fn needed(&self) -> String {
        fill(
            "{} needs {}, shown in the dashboard as {}",
            &[self.name, self.needs, self.label],
        )
    }
}

/// Calls an operation. Returns the response as JSON text, or an empty string if there is none.
///
/// `parameters` are those of the path, in order. `query` must already be encoded, and `body` is
/// JSON text; either may be empty.
///
/// # Errors
/// The Control API refused the call or could not be reached. 401 says where to look, 403 which
/// capability is needed.
pub async fn call<T: Transport>(
    transport: &T,
    network: &Network,
    access_token: &AccessToken,
    operation: &Operation,
    parameters: &[String],
    query: &str,
    body: &str,
) -> Result<String> {
    let order = operation.order();
    let path = order.path_for(parameters, query)?;
    send(transport, network, access_token, &order, &path, body).await
}

/// Same as [`call`], for an operation that was already looked up.
pub(crate) async fn send<T: Transport>(
    transport: &T,
    network: &Network,
    access_token: &AccessToken,
    order: &OperationCall<'_>,
    path: &str,
    body: &str,
) -> Result<String> {
    let exchange = Exchange::control(transport, network, access_token);
    let body = |_| Ok(body.to_owned());
    let answer = exchange.send(order.method, path, &body).await;
    let mut response = exchange.good(answer).map_err(|error| match error.kind() {
        Kind::Forbidden if !order.needs.is_empty() => error.with_remediation(&order.needed()),
        _ => error,
    })?;
    let json = json_of(&response);
    let is_right = match order.answer() {
        ResponseShape::Nothing => json.is_some() || response.body.trim_ascii().is_empty(),
        ResponseShape::List => json.is_some_and(Json::is_list),
        ResponseShape::Object => json.is_some_and(Json::is_object),
    };
    if !is_right {
        return Err(exchange.unreadable(&response, "what this call answers"));
    }
    Ok(String::from_utf8(std::mem::take(&mut response.body)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_here_is_as_in_the_tables() {
        for (name, order) in [
            ("me", ME),
            ("apps.list", LIST_APPS),
            ("keys.list", LIST_KEYS),
        ] {
            assert_eq!(Operation::named(name).map(Operation::order), Some(order));
        }
    }
}
