//! A small identity provider, on a port of its own, with keys of its own: what it says can be bent.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use percent_encoding::percent_decode_str;
use regulars_model::Instant;
use regulars_tests::root;
use ring::{
    hmac,
    rand::SystemRandom,
    rsa::PublicKeyComponents,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
        RsaEncoding, RsaKeyPair,
    },
};
use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex, MutexGuard},
    thread,
};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

pub const SECRET: &str = "a secret/of+ours";
pub const REDIRECT: &str = "https://till.chain.example/logged-in";

pub struct Provider {
    pub issuer: String,
    state: Arc<Mutex<State>>,
    browser: ureq::Agent,
}

pub struct State {
    issuer: String,
    /// What it answers everything with, instead.
    pub status: Option<u16>,
    pub signer: Signer,
    pub published: Vec<Json>,
    /// In place of what it would say; null for nothing.
    pub claims: Json,
    pub header: Json,
    pub now: Instant,
    pub keys_fetched: usize,
    /// Whether the client's secret is to come in the form.
    pub takes_form: bool,
    grants: HashMap<String, Grant>,
    codes: usize,
}

struct Grant {
    nonce: String,
    challenge: String,
}

pub enum Signer {
    Rs256(RsaKeyPair),
    Ps256(RsaKeyPair),
    Es256(EcdsaKeyPair),
    /// A secret that everybody knows.
    Hs256(Vec<u8>),
    None,
}

impl Signer {
    pub fn ec() -> Signer {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        Signer::Es256(EcdsaKeyPair::from_pkcs8(algorithm, made.as_ref(), &random).unwrap())
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Signer::Rs256(_) => "RS256",
            Signer::Ps256(_) => "PS256",
            Signer::Es256(_) => "ES256",
            Signer::Hs256(_) => "HS256",
            Signer::None => "none",
        }
    }

    pub fn jwk(&self, kid: &str) -> Json {
        match self {
            Signer::Rs256(key) | Signer::Ps256(key) => {
                let PublicKeyComponents { n, e } =
                    PublicKeyComponents::<Vec<u8>>::from(key.public());
                json!({"kty": "RSA", "kid": kid, "use": "sig", "n": encode(n), "e": encode(e)})
            }
            Signer::Es256(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": encode(x), "y": encode(y)})
            }
            Signer::Hs256(_) | Signer::None => json!({"kty": "oct", "kid": kid}),
        }
    }

    fn sign(&self, signed: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let rsa = |key: &RsaKeyPair, encoding: &'static dyn RsaEncoding| {
            let mut signature = vec![0; key.public().modulus_len()];
            key.sign(encoding, &random, signed, &mut signature).unwrap();
            signature
        };
        match self {
            Signer::Rs256(key) => rsa(key, &RSA_PKCS1_SHA256),
            Signer::Ps256(key) => rsa(key, &RSA_PSS_SHA256),
            Signer::Es256(key) => key.sign(&random, signed).unwrap().as_ref().to_vec(),
            Signer::Hs256(secret) => {
                hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed).as_ref().to_vec()
            }
            Signer::None => Vec::new(),
        }
    }
}

pub fn rsa(number: u8) -> RsaKeyPair {
    let key = fs::read(root().join(format!("tests/keys/rsa-{number}.p8"))).unwrap();
    RsaKeyPair::from_pkcs8(&key).unwrap()
}

impl Provider {
    pub fn start(now: Instant) -> Provider {
        Provider::serve(now, None)
    }

    /// Whom only those believe who trust the authority of the tests.
    pub fn start_with_tls(now: Instant) -> Provider {
        Provider::serve(now, Some(Arc::new(tls())))
    }

    fn serve(now: Instant, tls: Option<Arc<ServerConfig>>) -> Provider {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let issuer = format!("{scheme}://{}/realms/staff", listener.local_addr().unwrap());
        let signer = Signer::Rs256(rsa(1));
        let state = Arc::new(Mutex::new(State {
            issuer: issuer.clone(),
            status: None,
            published: vec![signer.jwk("key-1")],
            signer,
            claims: json!({}),
            header: json!({"kid": "key-1"}),
            now,
            keys_fetched: 0,
            takes_form: false,
            grants: HashMap::new(),
            codes: 0,
        }));
        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, tls) = (shared.clone(), tls.clone());
                thread::spawn(move || match tls {
                    None => answer(stream, &state),
                    Some(tls) => {
                        let connection = ServerConnection::new(tls).unwrap();
                        answer(StreamOwned::new(connection, stream), &state);
                    }
                });
            }
        });
        Provider { issuer, state, browser: browser() }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Signs with another key from now on.
    pub fn sign_with(&self, signer: Signer, kid: &str) {
        let mut state = self.state();
        state.header = json!({"kid": kid});
        state.signer = signer;
    }

    /// As a browser opens the address, where somebody says who they are: code and state of where it
    /// sends them on to.
    pub fn visit(&self, address: &str) -> (String, String) {
        let response = self.browser.get(address).call().unwrap();
        assert_eq!(response.status(), 302);
        let location = response.headers()["location"].to_str().unwrap().to_owned();
        let query = location.strip_prefix(REDIRECT).unwrap().strip_prefix('?').unwrap();
        let mut fields = fields(query);
        (fields.remove("code").unwrap(), fields.remove("state").unwrap())
    }
}

/// It trusts the authority of the tests.
fn browser() -> ureq::Agent {
    let authority = fs::read(root().join("tests/keys/ca.pem")).unwrap();
    let authority = Certificate::from_pem(&authority).unwrap();
    let roots = RootCerts::new_with_certs(&[authority]);
    let tls = TlsConfig::builder().root_certs(roots).build();
    ureq::Agent::config_builder().max_redirects(0).tls_config(tls).build().into()
}

fn tls() -> ServerConfig {
    let file = |name: &str| fs::read(root().join("tests/keys").join(name)).unwrap();
    let key = PrivateKeyDer::try_from(file("provider.p8")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let certificates = vec![file("provider.der").into()];
    versions.unwrap().with_no_client_auth().with_single_cert(certificates, key).unwrap()
}

fn answer(stream: impl Read + Write, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length, mut pair) = (String::new(), 0, String::new());
    // Whoever does not trust it says no more.
    if reader.read_line(&mut first).is_err() {
        return;
    }
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "authorization" => pair = value.to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let path = first.split(' ').nth(1).unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let form = fields(&String::from_utf8(body).unwrap());
    let (status, more, text) = state.lock().unwrap().answer(path, fields(query), &form, &pair);
    let length = text.len();
    let head =
        format!("HTTP/1.1 {status} X\r\n{more}content-length: {length}\r\nconnection: close");
    let stream = reader.get_mut();
    let _ = write!(stream, "{head}\r\n\r\n{text}");
    let _ = stream.flush();
}

impl State {
    fn answer(
        &mut self,
        path: &str,
        query: HashMap<String, String>,
        form: &HashMap<String, String>,
        pair: &str,
    ) -> (u16, String, String) {
        if let Some(status) = self.status {
            // Whoever follows it would find what it looks for.
            let elsewhere = format!("location: {}/elsewhere\r\n", self.issuer);
            return (status, elsewhere, String::new());
        }
        let (status, json) = match path.trim_start_matches("/realms/staff") {
            "/.well-known/openid-configuration" => (200, self.metadata()),
            "/keys" => {
                self.keys_fetched += 1;
                let unknown = json!({"kty": "OKP", "crv": "Ed25519", "x": 7});
                let keys = [&[unknown], &*self.published].concat();
                (200, json!({"keys": keys}))
            }
            "/authorise" => {
                let location = self.grant(query);
                return (302, format!("location: {location}\r\n"), String::new());
            }
            "/token" => match self.redeem(form, pair) {
                Ok(tokens) => (200, tokens),
                Err(error) => (400, json!({"error": error})),
            },
            _ => (404, json!({})),
        };
        (status, "content-type: application/json\r\n".to_owned(), json.to_string())
    }

    fn metadata(&self) -> Json {
        let at = |path: &str| format!("{}/{path}", self.issuer);
        let method = if self.takes_form { "client_secret_post" } else { "client_secret_basic" };
        json!({"issuer": self.issuer, "authorization_endpoint": at("authorise"),
            "token_endpoint": at("token"), "jwks_uri": at("keys"),
            "token_endpoint_auth_methods_supported": [method, "private_key_jwt"]})
    }

    fn grant(&mut self, mut query: HashMap<String, String>) -> String {
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", "regulars"),
            ("redirect_uri", REDIRECT),
            ("scope", "openid email"),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(query[name], value, "{name}");
        }
        self.codes += 1;
        let (code, state) = (format!("code {}&", self.codes), query.remove("state").unwrap());
        let [nonce, challenge] =
            ["nonce", "code_challenge"].map(|name| query.remove(name).unwrap());
        assert!(challenge.len() == 43 && nonce.len() == 43 && state.len() >= 43);
        self.grants.insert(code.clone(), Grant { nonce, challenge });
        format!("{REDIRECT}?code={}&state={state}", code.replace(' ', "%20").replace('&', "%26"))
    }

    fn redeem(&mut self, form: &HashMap<String, String>, pair: &str) -> Result<Json, &'static str> {
        let own = format!(
            "regulars:{}",
            SECRET.replace(' ', "%20").replace('/', "%2F").replace('+', "%2B")
        );
        let by_pair = pair == format!("Basic {}", BASE64_STANDARD.encode(own));
        let by_form = ["client_id", "client_secret"].map(|name| form.get(name).map(String::as_str));
        let by_form = by_form == [Some("regulars"), Some(SECRET)];
        if (by_form, by_pair) != (self.takes_form, !self.takes_form) {
            return Err("invalid_client");
        }
        let grant = self.grants.remove(&form["code"]).ok_or("invalid_grant")?;
        let challenge = encode(Sha256::digest(&form["code_verifier"]));
        if form["redirect_uri"] != REDIRECT || grant.challenge != challenge {
            return Err("invalid_grant");
        }
        assert_eq!(form["grant_type"], "authorization_code");
        let access_token = "an access token";
        let now = self.now.0 / 1_000_000;
        let hash = Sha256::digest(access_token);
        let mut claims = json!({
            "iss": self.issuer, "aud": "regulars", "sub": "42-wang", "iat": now, "exp": now + 300,
            "nonce": grant.nonce, "at_hash": encode(&hash[..16]),
        });
        let mut header = json!({"alg": self.signer.algorithm(), "typ": "JWT"});
        bend(&mut claims, &self.claims);
        bend(&mut header, &self.header);
        let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let signature = encode(self.signer.sign(signed.as_bytes()));
        Ok(json!({"id_token": format!("{signed}.{signature}"), "access_token": access_token,
            "token_type": "Bearer"}))
    }
}

fn bend(what: &mut Json, how: &Json) {
    for (name, value) in how.as_object().unwrap() {
        match value {
            Json::Null => drop(what.as_object_mut().unwrap().remove(name)),
            value => what[name] = value.clone(),
        }
    }
}

fn fields(text: &str) -> HashMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    pairs.map(|(name, value)| (decode(name), decode(value))).collect()
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
