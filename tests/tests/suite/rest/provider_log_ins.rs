//! /v1/provider-log-ins: logging in by the chain's own identity provider.

use super::provider::{Provider, REDIRECT, SECRET, Signer, rsa};
use regulars_engine::Trust;
use regulars_model::limits::{PROVIDER_ASKED_AGAIN_US, PROVIDER_CLOCK_OFF_US, PROVIDER_LOG_IN_US};
use regulars_oidc::{Oidc, Settings};
use regulars_tests::{Answer, App, on_both, root};
use ring::rsa::PublicKeyComponents;
use serde_json::{Value as Json, json};
use std::{fs, sync::Arc, thread};

const PASSWORD: &str = "correct-horse-battery-staple";

fn use_provider(app: &App, provider: &Provider, more: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("oidc.toml");
    let issuer = &provider.issuer;
    let text = format!(
        "issuer = \"{issuer}\"\nclient_id = \"regulars\"\nredirect_url = \"{REDIRECT}\"\n{more}"
    );
    fs::write(&file, text).unwrap();
    let settings = Settings::read(&file, Some(SECRET.to_owned())).ok().unwrap();
    app.engine.use_provider(Arc::new(Oidc::new(settings)));
}

fn provided(app: &App, more: &str) -> Provider {
    let provider = Provider::start(app.now());
    use_provider(app, &provider, more);
    provider
}

/// Somebody who logs in by the provider alone.
fn linked(app: &App, login: &str, subject: &str) -> String {
    let body = json!({"login": login, "name": "王芳", "role": "cashier", "subject": subject});
    let made = app.post("/v1/staff", body).expect(201);
    assert_eq!((made.json.get("password"), made.at("/password_set_at")), (None, &Json::Null));
    made.text("/id")
}

fn send(app: &App, path: &str, body: Option<Json>) -> Answer {
    let call = app.call("POST", path).without("authorization").header("user-agent", "tablet");
    match body {
        Some(body) => call.json(body).send(),
        None => call.send(),
    }
}

fn begin(app: &App) -> Answer {
    send(app, "/v1/provider-log-ins", None)
}

fn finish(app: &App, body: Json) -> Answer {
    send(app, "/v1/provider-log-ins/finish", Some(body))
}

/// What finishes a log-in that was begun here.
fn visited(app: &App, provider: &Provider) -> Json {
    let begun = begin(app).expect(201);
    let (code, state) = provider.visit(&begun.text("/address"));
    json!({"code": code, "state": state, "ticket": begun.text("/ticket")})
}

fn log_in(app: &App, provider: &Provider) -> Answer {
    finish(app, visited(app, provider))
}

fn entries(app: &App, query: &str) -> Vec<Json> {
    app.get(&format!("/v1/audit?{query}")).expect(200).items().clone()
}

#[track_caller]
fn refused(answer: Answer, words: &str) {
    let answer = answer.refused(401, "unauthenticated");
    assert!(answer.text("/detail").contains(words), "{words}: {}", answer.body);
}

on_both! {
    fn without_a_provider_everything_is_as_it_was(app) {
        begin(app).refused(409, "conflict");
        finish(app, json!({"code": "x", "state": "y", "ticket": "z"})).refused(409, "conflict");
        let body = json!({"login": "li", "name": "Li", "role": "cashier", "subject": "7"});
        app.post("/v1/staff", body).faults(&["/subject"]);
    }

    fn whom_the_provider_means_is_logged_in(app) {
        let provider = provided(app, "");
        let id = linked(app, "wang.fang", "42-wang");
        for signer in [Signer::Rs256(rsa(1)), Signer::Ps256(rsa(1)), Signer::ec()] {
            provider.state().published = vec![signer.jwk("key-1")];
            provider.sign_with(signer, "key-1");
            app.advance_clock(PROVIDER_ASKED_AGAIN_US * 400);
            provider.state().now = app.now();
            let session = log_in(app, &provider).expect(201);
            assert_eq!((session.at("/staff"), session.at("/must_change_password")), (&json!(id), &json!(false)));
            assert_eq!((session.at("/by_provider"), session.at("/agent")), (&json!(true), &json!("tablet")));
            let token = session.text("/token");
            let own = app.call("GET", "/v1/sessions").key(&token).send().expect(200);
            let this = own.items().iter().find(|own| own["is_this"] == true).unwrap().clone();
            assert_eq!((&this["id"], &this["by_provider"]), (session.at("/id"), &json!(true)));
            app.call("GET", "/v1/keys").key(&token).send().refused(403, "forbidden");
            let told = entries(app, "action=log_in");
            assert_eq!((&told[0]["record"], &told[0]["after"]["by_provider"]), (session.at("/id"), &json!(true)));
            let out = format!("/v1/sessions/{}", session.text("/id"));
            app.call("DELETE", &out).key(&token).send().expect(200);
            app.call("GET", "/v1/units").key(&token).send().refused(401, "unauthenticated");
        }
    }

    fn a_provider_may_want_the_secret_in_the_form(app) {
        let provider = provided(app, "");
        provider.state().takes_form = true;
        linked(app, "wang.fang", "42-wang");
        log_in(app, &provider).expect(201);
    }

    fn a_provider_is_believed_by_its_certificate(app) {
        let provider = Provider::start_with_tls(app.now());
        let authority = root().join("tests/keys/ca.pem");
        use_provider(app, &provider, &format!("ca_file = {authority:?}"));
        linked(app, "wang.fang", "42-wang");
        log_in(app, &provider).expect(201);
        let stranger = App::trusting(Trust::default(), app.place(), Vec::new(), app.now());
        use_provider(&stranger, &provider, "");
        let told = begin(&stranger).refused(502, "provider_unavailable");
        assert!(told.text("/detail").contains("certificate"), "{}", told.body);
    }

    fn a_token_that_is_not_for_this_log_in_is_refused(app) {
        let provider = provided(app, "audiences = [\"api\"]");
        linked(app, "wang.fang", "42-wang");
        let now = app.now().0 / 1_000_000;
        let off = PROVIDER_CLOCK_OFF_US / 1_000_000;
        for (claims, words) in [
            (json!({"nonce": "another"}), "another log-in"),
            (json!({"nonce": null}), "another log-in"),
            (json!({"iss": "https://other.example"}), "another issuer"),
            (json!({"aud": "other"}), "another audience"),
            (json!({"aud": ["regulars", "other"], "azp": "regulars"}), "another audience"),
            (json!({"aud": ["regulars", 7]}), "another audience"),
            (json!({"aud": ["regulars", "api"]}), "another client"),
            (json!({"azp": "other"}), "another client"),
            (json!({"exp": now - off}), "is over"),
            (json!({"exp": null}), "until when"),
            (json!({"exp": "soon"}), "until when"),
            (json!({"iat": now + off + 1}), "later on"),
            (json!({"nbf": now + off + 1}), "later on"),
            (json!({"at_hash": "AAAA"}), "access token"),
            (json!({"sub": null}), "claim `sub`"),
            (json!({"sub": ""}), "claim `sub`"),
        ] {
            provider.state().claims = claims;
            refused(log_in(app, &provider), words);
        }
        for claims in [
            json!({"exp": now - off + 1}),
            json!({"iat": now + off, "nbf": now + off}),
            json!({"aud": ["regulars", "api"], "azp": "regulars"}),
            json!({"at_hash": null}),
        ] {
            provider.state().claims = claims;
            log_in(app, &provider).expect(201);
        }
        let failed = app.wait(app.engine.enter_refusals()).unwrap();
        assert_eq!(failed, 1, "what failed is entered, together");
        let refusals = entries(app, "action=log_in&kind=action");
        assert_eq!((refusals.len(), &refusals[0]["after"]["times"]), (1, &json!(16)));
    }

    fn only_a_signature_of_the_provider_counts(app) {
        let provider = provided(app, "");
        linked(app, "wang.fang", "42-wang");
        log_in(app, &provider).expect(201);
        provider.sign_with(Signer::Rs256(rsa(2)), "key-1");
        refused(log_in(app, &provider), "signature does not hold");
        provider.sign_with(Signer::None, "key-1");
        refused(log_in(app, &provider), "signed by `none`");
        let PublicKeyComponents { n, .. } = PublicKeyComponents::<Vec<u8>>::from(rsa(1).public());
        for secret in [n, SECRET.as_bytes().to_vec()] {
            provider.sign_with(Signer::Hs256(secret), "key-1");
            refused(log_in(app, &provider), "signed by `HS256`");
        }
        provider.sign_with(Signer::ec(), "key-1");
        refused(log_in(app, &provider), "does not publish");
        provider.sign_with(Signer::Rs256(rsa(1)), "key-1");
        provider.state().header = json!({"kid": "key-1", "crit": ["exp"]});
        refused(log_in(app, &provider), "cannot be read");
        provider.state().header = json!({"kid": null});
        log_in(app, &provider).expect(201);
    }

    fn a_new_key_is_fetched_when_it_is_first_met_and_not_by_everybody(app) {
        let provider = provided(app, "");
        linked(app, "wang.fang", "42-wang");
        log_in(app, &provider).expect(201);
        provider.sign_with(Signer::Rs256(rsa(2)), "key-2");
        provider.state().published.push(Signer::Rs256(rsa(2)).jwk("key-2"));
        for _ in 0..3 {
            refused(log_in(app, &provider), "does not publish");
        }
        assert_eq!(provider.state().keys_fetched, 1);
        app.advance_clock(PROVIDER_ASKED_AGAIN_US);
        log_in(app, &provider).expect(201);
        log_in(app, &provider).expect(201);
        assert_eq!(provider.state().keys_fetched, 2);
    }

    fn a_log_in_is_finished_once_by_whoever_began_it(app) {
        let provider = provided(app, "");
        linked(app, "wang.fang", "42-wang");
        let (mut own, other) = (visited(app, &provider), visited(app, &provider));
        let right = own["ticket"].take();
        own["ticket"] = other["ticket"].clone();
        refused(finish(app, own.clone()), "not begun here");
        own["ticket"] = right;
        finish(app, own.clone()).expect(201);
        refused(finish(app, own), "not begun here");

        let mut stolen = visited(app, &provider);
        stolen["code"] = other["code"].clone();
        refused(finish(app, stolen), "does not take the code");

        let late = visited(app, &provider);
        app.advance_clock(PROVIDER_LOG_IN_US);
        refused(finish(app, late), "is over");
        finish(app, json!({"code": "x", "state": "y"})).refused(422, "invalid_value");
    }

    fn of_two_who_finish_at_once_one_is_let_in(app) {
        let provider = provided(app, "");
        linked(app, "wang.fang", "42-wang");
        for _ in 0..4 {
            let body = visited(app, &provider);
            let mut met = thread::scope(|scope| {
                let both = [(); 2].map(|()| scope.spawn(|| finish(app, body.clone()).status));
                both.map(|one| one.join().unwrap())
            });
            met.sort();
            assert_eq!(met, [201, 401]);
        }
    }

    fn what_one_process_began_another_finishes(app) {
        let provider = provided(app, "");
        let other = App::trusting(Trust::default(), app.place(), Vec::new(), app.now());
        use_provider(&other, &provider, "");
        linked(app, "wang.fang", "42-wang");
        let body = visited(app, &provider);
        let token = finish(&other, body.clone()).expect(201).text("/token");
        app.call("GET", "/v1/units").key(&token).send().expect(200);
        refused(finish(app, body), "not begun here");
    }

    fn a_provider_that_is_of_no_use_is_told(app) {
        let provider = provided(app, "");
        linked(app, "wang.fang", "42-wang");
        let told = |answer: Answer, words: &str| {
            let answer = answer.refused(502, "provider_unavailable");
            assert!(answer.text("/detail").contains(words), "{words}: {}", answer.body);
        };
        for status in [503, 302] {
            provider.state().status = Some(status);
            told(begin(app), &format!("status {status}"));
            app.advance_clock(PROVIDER_ASKED_AGAIN_US);
        }
        provider.state().status = None;
        provider.state().now = app.now();
        let body = visited(app, &provider);
        provider.state().status = Some(500);
        told(finish(app, body), "status 500");
        provider.state().status = None;
        log_in(app, &provider).expect(201);

        let nobody = App::trusting(Trust::default(), app.place(), Vec::new(), app.now());
        let mut gone = Provider::start(app.now());
        gone.issuer = "http://127.0.0.1:9".to_owned();
        use_provider(&nobody, &gone, "");
        told(begin(&nobody), "does not answer");
    }

    fn nobody_is_let_in_whose_account_is_not_linked_or_disabled(app) {
        let provider = provided(app, "");
        let answer = log_in(app, &provider).refused(401, "unauthenticated");
        assert_eq!(answer.at("/subject"), "42-wang");
        let body = json!({"login": "wang@chain.example", "name": "W", "role": "cashier", "password": PASSWORD});
        let path = format!("/v1/staff/{}", app.post("/v1/staff", body).expect(201).text("/id"));
        provider.state().claims = json!({"email": "wang@chain.example", "email_verified": true});
        refused(log_in(app, &provider), "no account is linked");
        assert_eq!(app.get("/v1/staff").expect(200).items().len(), 1, "none was made");
        let put = |more: Json| {
            let mut body = json!({"name": "W", "role": "cashier"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            app.put(&path, body)
        };
        put(json!({"subject": "42-wang"})).expect(200);
        let token = log_in(app, &provider).expect(201).text("/token");
        put(json!({"disabled": true})).expect(200);
        refused(log_in(app, &provider), "disabled");
        app.call("GET", "/v1/units").key(&token).send().refused(401, "unauthenticated");
        assert_eq!(put(json!({})).expect(200).at("/subject"), "42-wang", "as it was");
        let token = log_in(app, &provider).expect(201).text("/token");
        assert_eq!(put(json!({"subject": null})).expect(200).at("/subject"), &Json::Null);
        app.call("GET", "/v1/units").key(&token).send().refused(401, "unauthenticated");
        refused(log_in(app, &provider), "no account is linked");
    }

    fn an_account_is_linked_by_a_verified_address_where_that_is_configured(app) {
        let provider = provided(app, "link_by_email = true\ndomains = [\"Chain.example\"]");
        for login in ["wang@chain.example", "wang@other.example"] {
            let body = json!({"login": login, "name": "W", "role": "cashier", "password": PASSWORD});
            app.post("/v1/staff", body).expect(201);
        }
        for claims in [
            json!({"email": "wang@chain.example"}),
            json!({"email": "wang@chain.example", "email_verified": false}),
            json!({"email": "wang@chain.example", "email_verified": "true"}),
            json!({"email": "wang@other.example", "email_verified": true}),
            json!({"email": "li@chain.example", "email_verified": true}),
        ] {
            provider.state().claims = claims;
            refused(log_in(app, &provider), "no account is linked");
        }
        provider.state().claims = json!({"email": "Wang@Chain.example", "email_verified": true});
        let id = log_in(app, &provider).expect(201).text("/staff");
        let told = entries(app, &format!("action=log_in&record={id}"));
        let after = json!({"issuer": provider.issuer, "subject": "42-wang"});
        assert_eq!((told.len(), &told[0]["after"]), (1, &after));
        provider.state().claims = json!({});
        log_in(app, &provider).expect(201);
        provider.state().claims = json!({"sub": "43", "email": "wang@chain.example", "email_verified": true});
        refused(log_in(app, &provider), "no account is linked");
    }

    fn an_account_needs_no_password_of_its_own(app) {
        let provider = provided(app, "account_claim = \"employee\"");
        provider.state().claims = json!({"employee": "0042", "sub": "other"});
        let id = linked(app, "wang.fang", "0042");
        let by_password = |password: &str| {
            send(app, "/v1/sessions", Some(json!({"login": "wang.fang", "password": password})))
        };
        by_password("").refused(401, "unauthenticated");
        let token = log_in(app, &provider).expect(201).text("/token");
        let change = json!({"current": "", "new": PASSWORD});
        app.call("POST", "/v1/password").key(&token).json(change).send().refused(409, "conflict");
        let path = format!("/v1/staff/{id}");
        app.post(&format!("{path}/password"), json!({"password": PASSWORD})).expect(200);
        by_password(PASSWORD).expect(201);
        let token = log_in(app, &provider).expect(201);
        assert_eq!(token.at("/must_change_password"), false, "that one is not used here");
        app.call("GET", "/v1/units").key(&token.text("/token")).send().expect(200);
        let body = |more: Json| {
            let mut body = json!({"name": "W", "role": "cashier"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        app.put(&path, body(json!({"without_password": true, "subject": null}))).faults(&["/without_password"]);
        app.put(&path, body(json!({"subject": "a\nb"}))).faults(&["/subject"]);
        let view = app.put(&path, body(json!({"without_password": true}))).expect(200);
        assert_eq!((view.at("/password_set_at"), view.at("/issuer")), (&Json::Null, &json!(provider.issuer)));
        app.call("GET", "/v1/units").key(&token.text("/token")).send().refused(401, "unauthenticated");
        by_password(PASSWORD).refused(401, "unauthenticated");
        let other = json!({"login": "li", "name": "Li", "role": "cashier", "subject": "0042"});
        app.post("/v1/staff", other).refused(409, "conflict");
        let told = app.get("/v1/audit").expect(200).body;
        assert!(told.contains("0042") && !told.contains("argon2"), "{told}");
    }
}
