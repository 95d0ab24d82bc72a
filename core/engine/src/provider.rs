//! What the engine asks of an identity provider. How it is asked (by HTTP) is nothing of ours.

use regulars_model::{Instant, said::Said};
use std::{future::Future, pin::Pin};

pub type Promise<'a, T> = Pin<Box<dyn Future<Output = Result<T, Unproven>> + Send + 'a>>;

pub trait IdentityProvider: Send + Sync {
    /// The provider's own name, which with a subject says whom it means.
    fn issuer(&self) -> &str;

    /// Where somebody is to be sent, to say there who they are.
    fn address<'a>(&'a self, asked: Asked<'a>, now: Instant) -> Promise<'a, String>;

    /// Whom the provider means by what somebody came back with.
    fn prove<'a>(&'a self, answered: Answered<'a>, now: Instant) -> Promise<'a, Proven>;
}

/// What a log-in is begun with.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// Comes back with the code.
    pub state: &'a str,
    /// Comes back in what the provider signs.
    pub nonce: &'a str,
    /// The hash (S256) of the verifier.
    pub challenge: &'a str,
}

/// What it ends with.
#[derive(Clone, Copy)]
pub struct Answered<'a> {
    pub code: &'a str,
    pub verifier: &'a str,
    pub nonce: &'a str,
}

/// Whom the provider means, beyond doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    pub issuer: String,
    pub subject: String,
    /// The login of an account that may be linked with them: a verified e-mail address, where the
    /// configuration says so.
    pub login: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unproven {
    /// The provider is not there, or answers what nobody can use.
    Unanswered(Said),
    /// It says nothing that proves who it is.
    Refused(Said),
}
