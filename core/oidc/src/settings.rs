//! Which provider, and who we are to it: a file of whoever runs the server.

use crate::sentences;
use regulars_model::said::Said;
use serde::Deserialize;
use std::{
    fs,
    path::{Path, PathBuf},
};
use ureq::{
    http::Uri,
    tls::{Certificate, PemItem, parse_pem},
};

/// Without `Debug`: it holds a secret.
pub struct Settings {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) redirect_url: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) account_claim: String,
    pub(crate) audiences: Vec<String>,
    pub(crate) link_by_email: bool,
    pub(crate) domains: Vec<String>,
    /// In place of those the world trusts.
    pub(crate) authorities: Option<Vec<Certificate<'static>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    issuer: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    redirect_url: String,
    #[serde(default = "usual_scopes")]
    scopes: Vec<String>,
    #[serde(default = "usual_claim")]
    account_claim: String,
    #[serde(default)]
    audiences: Vec<String>,
    #[serde(default)]
    link_by_email: bool,
    #[serde(default)]
    domains: Vec<String>,
    ca_file: Option<PathBuf>,
}

fn usual_scopes() -> Vec<String> {
    ["openid", "email"].map(str::to_owned).to_vec()
}

fn usual_claim() -> String {
    "sub".to_owned()
}

impl Settings {
    /// What may hold the client's secret where no file does.
    pub const SECRET_VARIABLE: &str = "REGULARS_OIDC_SECRET";

    /// Files it names are looked for beside it.
    pub fn read(path: &Path, secret: Option<String>) -> Result<Settings, Said> {
        let text = read_text(path)?;
        let file: File = toml::from_str(&text)
            // Without the line, which may hold what should not stand in this file.
            .map_err(|error| wrong(path, error.message().to_owned()))?;
        let beside = path.parent().unwrap_or(Path::new("."));
        let secret = read_secret(file.client_secret_file.map(|own| beside.join(own)), secret);
        let authorities =
            file.ca_file.map(|own| read_authorities(&beside.join(own))).transpose()?;
        let settings = Settings {
            issuer: file.issuer,
            client_id: file.client_id,
            client_secret: secret?,
            redirect_url: file.redirect_url,
            scopes: file.scopes,
            account_claim: file.account_claim,
            audiences: file.audiences,
            link_by_email: file.link_by_email,
            domains: file.domains.iter().map(|domain| domain.to_lowercase()).collect(),
            authorities,
        };
        settings.check().map_err(|fault| wrong(path, fault))?;
        Ok(settings)
    }

    /// A provider on this machine: somebody tries how it goes.
    pub(crate) fn is_local(&self) -> bool {
        self.issuer.starts_with("http:")
    }

    fn check(&self) -> Result<(), Said> {
        for (name, value) in [("issuer", &self.issuer), ("redirect_url", &self.redirect_url)] {
            if !is_taken(value) {
                return Err(sentences::wrong_address(name, value));
            }
        }
        if self.issuer.contains('?') {
            return Err(sentences::issuer_without_query(&self.issuer));
        }
        for (name, value) in
            [("client_id", &self.client_id), ("account_claim", &self.account_claim)]
        {
            if value.trim().is_empty() {
                return Err(sentences::empty(name));
            }
        }
        let has = |scope: &str| self.scopes.iter().any(|own| own == scope);
        if !has("openid") {
            return Err(sentences::no_openid());
        }
        if self.link_by_email && !has("email") {
            return Err(sentences::no_email_scope());
        }
        if !self.domains.is_empty() && !self.link_by_email {
            return Err(sentences::no_linking());
        }
        let is_domain = |domain: &&String| !domain.is_empty() && !domain.contains(['@', ' ']);
        match self.domains.iter().find(|domain| !is_domain(domain)) {
            Some(domain) => Err(sentences::wrong_domain(domain)),
            None => Ok(()),
        }
    }
}

/// What goes there cannot be read on the way.
pub(crate) fn is_taken(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let is_safe = match (uri.scheme_str(), uri.host()) {
        (Some("https"), Some(_)) => true,
        (Some("http"), Some(host)) => ["127.0.0.1", "[::1]", "localhost"].contains(&host),
        _ => false,
    };
    is_safe && !url.contains('#')
}

fn read_secret(file: Option<PathBuf>, variable: Option<String>) -> Result<String, Said> {
    let name = Settings::SECRET_VARIABLE;
    let secret = match (file, variable) {
        (Some(_), Some(_)) => return Err(sentences::two_secrets(name)),
        (None, None) => return Err(sentences::no_secret(name)),
        (Some(file), None) => read_text(&file)?,
        (None, Some(secret)) => secret,
    };
    match secret.trim() {
        "" => Err(sentences::no_secret(name)),
        secret => Ok(secret.to_owned()),
    }
}

fn read_authorities(path: &Path) -> Result<Vec<Certificate<'static>>, Said> {
    let text = read_text(path)?;
    let certificates = parse_pem(text.as_bytes()).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    let found: Vec<_> = certificates.collect();
    if found.is_empty() {
        return Err(sentences::no_authority(path.display().to_string()));
    }
    Ok(found)
}

fn read_text(path: &Path) -> Result<String, Said> {
    let not_read =
        |error: std::io::Error| sentences::not_read(path.display().to_string(), error.to_string());
    fs::read_to_string(path).map_err(not_read)
}

fn wrong(path: &Path, fault: impl regulars_model::said::Say) -> Said {
    sentences::wrong_file(path.display().to_string(), fault)
}

#[cfg(test)]
mod tests;
