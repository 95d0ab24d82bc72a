//! `regulars serve --oidc`: a server that is started with the chain's own identity provider.

use super::plugins::refused;
use crate::rest::provider::{Provider, REDIRECT, SECRET};
use regulars_engine::World;
use regulars_tests::{Place, Program};
use serde_json::json;
use std::{fs, path::Path};

/// The file of a provider, with its secret beside it.
fn configure(folder: &Path, issuer: &str, more: &str) -> String {
    fs::write(folder.join("secret"), format!("{SECRET}\n")).unwrap();
    let file = folder.join("oidc.toml");
    let text = format!(
        "issuer = \"{issuer}\"\nclient_id = \"regulars\"\nclient_secret_file = \"secret\"\n\
         redirect_url = \"{REDIRECT}\"\n{more}"
    );
    fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn people_log_in_by_the_provider_that_the_server_was_started_with() {
    let provider = Provider::start(World::real().now());
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::on(Place::sqlite());
    program.serve_with("--oidc");
    program.serve_with(&configure(folder.path(), &provider.issuer, ""));
    let server = program.serve(&program.make_key());
    let client = server.client();
    let body = json!({"login": "wang.fang", "name": "W", "role": "cashier", "subject": "42-wang"});
    let made = client.call("POST", "/v1/staff").json(body).send().expect(201);
    let open = |path: &str| client.call("POST", path).without("authorization");
    let begun = open("/v1/provider-log-ins").send().expect(201);
    let (code, state) = provider.visit(&begun.text("/address"));
    let body = json!({"code": code, "state": state, "ticket": begun.text("/ticket")});
    let session = open("/v1/provider-log-ins/finish").json(body).send().expect(201);
    assert_eq!(session.at("/staff"), made.at("/id"));
    client.call("GET", "/v1/units").key(&session.text("/token")).send().expect(200);
}

#[test]
fn a_provider_that_is_not_described_right_stops_the_server_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::on(Place::sqlite());
    let refuse = |file: &str, expected: &str| {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--oidc", file];
        let output = program.command(&serve).output().unwrap();
        assert!(!String::from_utf8_lossy(&output.stderr).contains(SECRET));
        refused(output, expected);
    };
    refuse("/nowhere/oidc.toml", "/nowhere/oidc.toml");
    let issuer = "https://id.chain.example";
    refuse(&configure(folder.path(), issuer, "isuer = 1"), "unknown field `isuer`");
    refuse(&configure(folder.path(), "http://id.chain.example", ""), "issuer");
    refuse(&configure(folder.path(), issuer, "scopes = []"), "openid");
    let both = configure(folder.path(), issuer, "");
    let mut serve = program.command(&["serve", "--listen", "127.0.0.1:0", "--oidc", &both]);
    let output = serve.env("REGULARS_OIDC_SECRET", "another").output().unwrap();
    refused(output, "REGULARS_OIDC_SECRET");
}
