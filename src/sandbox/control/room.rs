//! Shared by rules, queues and namespaces: they are stored by id, up to a maximum number.

use serde_json::Value;

use super::Site;
use crate::sandbox::Context;
use crate::sandbox::change::{Kind, Mutation};
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::MAX_THINGS;
use crate::sandbox::response::Reply;

/// Generates an id that is not in use.
pub(in crate::sandbox) fn new_id(
    context: &mut Context<'_>,
    is_taken: impl Fn(&str) -> bool,
) -> String {
    let mut id = context.entropy.id(6);
    while is_taken(&id) {
        id = context.entropy.id(6);
    }
    id
}

/// # Errors
/// 422: the sandbox holds the maximum number of this kind.
pub(in crate::sandbox) fn check_room(count: usize, most: usize, what: &str) -> Outcome<()> {
    if count < most {
        return Ok(());
    }
    let message = format!("the sandbox keeps {most} {what} at the most: delete some");
    Err(Refusal::new(422, 42200, message))
}

pub(super) fn add_thing(
    context: &mut Context<'_>,
    site: &Site<'_>,
    kind: Kind,
    id: &str,
    thing: Value,
) -> Outcome<()> {
    let what = match kind {
        Kind::Rule => "rules of an app",
        Kind::Queue => "queues of an app",
        Kind::Namespace => "namespaces of an app",
    };
    check_room(site.app.things(kind).len(), MAX_THINGS, what)?;
    context.change(Mutation::PutThing {
        app: site.id.to_owned(),
        kind,
        id: id.to_owned(),
        thing,
    });
    Ok(())
}

pub(super) fn delete_thing(
    context: &mut Context<'_>,
    site: &Site<'_>,
    kind: Kind,
    id: &str,
) -> Reply {
    context.change(Mutation::DeleteThing {
        app: site.id.to_owned(),
        kind,
        id: id.to_owned(),
    });
    Reply::empty(204)
}
