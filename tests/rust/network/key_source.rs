//! Finding the keys of an app with an access token.

use crate::transport::*;
use ably_edge_auth::control::{AppKey, keys_of_app};
use ably_edge_auth::http::Network;
use ably_edge_auth::{AccessToken, Kind, Result};
use serde_json::{Value, json};

/// An account: the rights of its access token, its apps, and the keys of the app `app1`.
struct Account {
    me: Value,
    apps: Value,
    keys: Value,
}

fn account() -> Account {
    Account {
        me: json!({
            "token": {"id": "t", "name": "n", "capabilities": ["read:app", "read:key"]},
            "user": {"id": 1, "email": "a@example.com"},
            "account": {"id": "acc", "name": "An account"},
        }),
        apps: json!([
            {"id": "app1", "name": "My app"},
            {"id": "app2", "name": "Twin"},
            {"id": "app3", "name": "Twin"},
            {"id": "app4", "name": "app1"},
            {"id": "app5", "name": "é \"x\""},
        ]),
        keys: json!([key("one", json!(0))]),
    }
}

fn key(id: &str, status: Value) -> Value {
    json!({
        "appId": "app1", "id": id, "name": "Root", "status": status,
        "key": format!("app1.{id}:hush-hush"), "capability": {"*": ["*"]}, "revocableTokens": false,
    })
}

impl Account {
    fn may(mut self, rights: Value) -> Account {
        self.me["token"]["capabilities"] = rights;
        self
    }

    fn with_keys(mut self, keys: Value) -> Account {
        self.keys = keys;
        self
    }

    fn find(&self, app: &str) -> (Result<Vec<AppKey>>, Vec<String>) {
        let world = World::new(|sent| match sent.path.as_str() {
            "/v1/me" => answer_json(200, &self.me),
            "/v1/accounts/acc/apps" => answer_json(200, &self.apps),
            path if path == format!("/v1/apps/{app}/keys") && !app.starts_with("app") => {
                answer_json(404, &json!({"message": "not found", "code": 40400}))
            }
            path if path.ends_with("/keys") => answer_json(200, &self.keys),
            path => panic!("nobody should ask for {path}"),
        });
        let network = Network::new(None, None).expect("a network");
        let token = AccessToken::parse("an-access-token").expect("a token");
        let found = world.run(keys_of_app(&world, &network, &token, app));
        let paths = world.log().into_iter().map(|sent| sent.path).collect();
        (found, paths)
    }
}

#[test]
fn an_app_is_found_by_its_id_and_by_its_name() {
    for app in ["app1", "My app"] {
        let (found, paths) = account().find(app);
        let keys = found.expect("keys");
        assert_eq!(
            paths,
            ["/v1/me", "/v1/accounts/acc/apps", "/v1/apps/app1/keys"]
        );
        assert_eq!(keys.len(), 1);
        assert_eq!(keys[0].key.expose(), "app1.one:hush-hush");
        assert!(keys[0].enabled && !keys[0].revocable);
    }
}

#[test]
fn an_id_wins_over_the_name_of_another_app() {
    let mut account = account();
    // Also if the other app is listed first.
    account.apps.as_array_mut().expect("a list").reverse();
    let (found, paths) = account.find("app1");
    assert!(found.is_ok());
    assert_eq!(paths[2], "/v1/apps/app1/keys");
}

#[test]
fn two_apps_of_one_name_are_refused_with_both_ids() {
    let (found, paths) = account().find("Twin");
    let error = found.unwrap_err();
    assert_eq!((error.kind(), error.path()), (Kind::Usage, Some("app")));
    assert_eq!(
        error.to_string(),
        r#""Twin" is the name of several apps: app2, app3; give the id of the app you mean"#
    );
    assert_eq!(paths.len(), 2);
}

#[test]
fn an_app_that_is_not_there_is_said_to_be_missing() {
    for app in ["nothing", "my app", "My app ", "acc", "..", "é"] {
        let (found, paths) = account().find(app);
        let error = found.unwrap_err();
        assert_eq!(
            (error.kind(), error.path()),
            (Kind::Usage, Some("app")),
            "{app}"
        );
        assert_eq!(error.message(), format!("there is no app {}", json!(app)));
        assert_eq!(paths.len(), 2);
    }
    let mut own = key("one", json!(0));
    own["key"] = json!("app5.one:hush-hush");
    let (found, _) = account().with_keys(json!([own])).find(r#"é "x""#);
    assert!(found.is_ok());
}

#[test]
fn an_empty_app_is_refused_before_anything_is_sent() {
    let (found, paths) = account().find("");
    assert_eq!(
        found.unwrap_err().to_string(),
        "app is empty; give the app's id or its name"
    );
    assert!(paths.is_empty());
}

#[test]
fn without_the_right_to_list_apps_an_id_still_does_and_a_name_says_why_not() {
    let (found, paths) = account().may(json!(["read:key"])).find("app1");
    assert!(found.is_ok());
    assert_eq!(paths, ["/v1/me", "/v1/apps/app1/keys"]);

    let (found, _) = account().may(json!(["read:key"])).find("Twin");
    let error = found.unwrap_err();
    assert_eq!((error.kind(), error.path()), (Kind::Usage, Some("app")));
    assert_eq!(
        error.to_string(),
        r#"there is no app "Twin"; give its id; finding an app by its name takes an access token with read:app"#
    );
}

#[test]
fn without_the_right_to_list_keys_nothing_further_is_asked() {
    for rights in [json!(["read:app", "write:key"]), json!(["write:key"])] {
        let (found, paths) = account().may(rights).find("app1");
        let error = found.unwrap_err();
        assert_eq!((error.kind(), error.status()), (Kind::Forbidden, Some(403)));
        let says = "keys.list needs read:key, shown in the dashboard as Read Key; this token has ";
        assert!(error.message().starts_with(says), "{error}");
        assert_eq!(paths, ["/v1/me"]);
    }
}

#[test]
fn where_the_rights_are_not_said_the_calls_themselves_tell() {
    for rights in [json!(null), json!([])] {
        let (found, paths) = account().may(rights).find("My app");
        assert!(found.is_ok());
        assert_eq!(paths.len(), 3);
    }
    let mut account = account();
    account.me = json!({"account": {"id": "acc"}});
    assert!(account.find("My app").0.is_ok());
}

#[test]
fn every_form_of_a_revoked_key_is_recognised() {
    for (status, enabled) in [
        (json!(0), true),
        (json!(null), true),
        (json!("enabled"), true),
        (json!(1), false),
        (json!(2), false),
        (json!("revoked"), false),
        (json!("disabled"), false),
        (json!(true), false),
    ] {
        let keys = json!([key("one", status.clone())]);
        let (found, _) = account().with_keys(keys).find("app1");
        assert_eq!(found.expect("keys")[0].enabled, enabled, "{status}");
    }
    let mut plain = key("one", json!(0));
    plain.as_object_mut().expect("an object").remove("status");
    let (found, _) = account().with_keys(json!([plain])).find("app1");
    assert!(found.expect("keys")[0].enabled);
}

#[test]
fn ids_may_begin_with_a_dash_and_secrets_may_hold_colons() {
    let mut odd = key("-_", json!(0));
    odd["key"] = json!("app1.-_:se:cr:et");
    let (found, _) = account()
        .with_keys(json!([odd, key("-two", json!(1))]))
        .find("app1");
    let keys = found.expect("keys");
    assert_eq!(keys[0].key.name(), "app1.-_");
    assert_eq!(keys[0].key.expose(), "app1.-_:se:cr:et");
    assert_eq!(keys[1].key.key_id(), "-two");
}

#[test]
fn what_a_key_says_of_itself_is_read_and_what_it_does_not_say_is_nothing() {
    let mut revocable = key("one", json!(0));
    revocable["revocableTokens"] = json!(true);
    revocable["capability"] = json!({"chat:*": ["publish"], "odd": ["future-operation"]});
    let mut plain = key("two", json!(0));
    for name in ["revocableTokens", "capability"] {
        plain.as_object_mut().expect("an object").remove(name);
    }
    let mut nonsense = key("three", json!(0));
    nonsense["revocableTokens"] = json!("true");
    nonsense["capability"] = json!("{}");
    let keys = json!([revocable, plain, nonsense]);
    let keys = account().with_keys(keys).find("app1").0.expect("keys");
    assert!(keys[0].revocable && keys[0].capability.is_some());
    for key in &keys[1..] {
        assert!(!key.revocable && key.capability.is_none());
    }
}

#[test]
fn a_revoked_key_that_is_not_shown_whole_is_left_out_and_an_enabled_one_is_an_error() {
    for bad in [json!(null), json!(""), json!("***"), json!("app1.one")] {
        let mut hidden = key("one", json!(1));
        hidden["key"] = bad.clone();
        let keys = json!([hidden, key("two", json!(0))]);
        let found = account().with_keys(keys).find("app1").0.expect("keys");
        assert_eq!(found.len(), 1, "{bad}");
        let mut broken = key("one", json!(0));
        broken["key"] = bad;
        let error = account()
            .with_keys(json!([broken]))
            .find("app1")
            .0
            .unwrap_err();
        assert_eq!(error.kind(), Kind::Service);
    }
}

#[test]
fn a_listing_that_names_a_key_of_another_app_is_refused() {
    for (app, status) in [("app1", 0), ("My app", 0), ("app1", 1)] {
        let mut foreign = key("two", json!(status));
        foreign["key"] = json!("app2.two:hush-hush");
        let keys = json!([key("one", json!(0)), foreign]);
        let error = account().with_keys(keys).find(app).0.unwrap_err();
        assert_eq!(error.kind(), Kind::Service);
        assert_eq!(
            error.to_string(),
            "the Control API listed a key of a different app; check controlEndpoint"
        );
    }
}

#[test]
fn a_key_in_place_of_an_app_is_neither_sent_nor_repeated() {
    for app in [
        "app1.one:hush-hush",
        "app1.one:***hush",
        "app1.one%3Ahush-hush",
        "YXBwMS5vbmU6aHVzaC1odXNo",
    ] {
        let (found, paths) = account().find(app);
        let error = found.unwrap_err();
        assert_eq!(
            error.to_string(),
            "app is an API key; give the app's id or its name"
        );
        assert!(paths.is_empty());
    }
}

#[test]
fn an_app_without_keys_has_none() {
    let (found, _) = account().with_keys(json!([])).find("app1");
    assert!(found.expect("keys").is_empty());
}

#[test]
fn refusals_and_answers_of_another_form_end_it() {
    let network = Network::new(None, None).expect("a network");
    let token = AccessToken::parse("an-access-token").expect("a token");
    let me = account().me.to_string();
    for (step, status, body, kind) in [
        (0, 401, "", Kind::Token),
        (0, 200, "[]", Kind::Service),
        (0, 200, "<html>", Kind::Service),
        (0, 200, "{}", Kind::Service), // no account to ask about
        (1, 401, "", Kind::Token),
        (1, 403, "", Kind::Forbidden),
        (1, 404, "", Kind::Usage),
        (1, 200, "{}", Kind::Service),
        (2, 401, "", Kind::Token),
        (2, 403, "", Kind::Forbidden),
        (2, 404, "", Kind::Usage),
        (2, 500, "", Kind::Service),
        (2, 200, "{}", Kind::Service),
        (2, 200, "", Kind::Service),
    ] {
        let apps = r#"[{"id":"app1","name":"n"}]"#;
        let mut answers: Vec<_> = [me.as_str(), apps][..step]
            .iter()
            .map(|body| answer(200, body))
            .collect();
        answers.push(answer(status, body));
        let world = World::of(answers);
        let error = world
            .run(keys_of_app(&world, &network, &token, "app1"))
            .unwrap_err();
        assert_eq!(error.kind(), kind, "step {step}: {status} {body}");
    }
}
