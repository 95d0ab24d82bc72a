//! The three things worth asking a running demo, and whether it answers them right.

use crate::{
    http::{self, Answer, number_of, text_of},
    shell::Outcome,
};
use std::net::SocketAddr;

/// Customer 00111 of the sample: 16 purchases for 1,107.04 USD, and an inquiry.
const SHOWN: &str = r#"{"identities":[{"kind":"own","value":"cdnow:00111"}]}"#;
/// Counted apart from the product: tests/truth/README.md.
const TIERS: [(&str, i64); 3] = [("high", 76), ("mid", 539), ("low", 1_742)];

pub struct Shown {
    address: SocketAddr,
    key: String,
    customer: String,
}

impl Shown {
    pub fn find(address: SocketAddr, key: &str) -> Outcome<Shown> {
        let found = http::ask(address, key, "/v1/customers/identify", Some(SHOWN))?;
        let customer = text_of(&found.body, "id").filter(|id| id.starts_with("cus_"));
        let customer = customer.ok_or_else(|| {
            let answer = format!("{} {}", found.status, found.body);
            format!("the demo's database lacks a customer of the sample; `--fresh` makes it anew ({answer})")
        })?;
        Ok(Shown { address, key: key.to_owned(), customer: customer.to_owned() })
    }

    fn paths(&self) -> [(&'static str, String); 3] {
        let customer = &self.customer;
        [
            (
                "How many customers are in each tier",
                "/v1/counts?by=jewellery-tiers.tier".to_owned(),
            ),
            (
                "One customer: tier, visit band and follow-up, each by another plugin",
                format!("/v1/customers/{customer}"),
            ),
            (
                "Why this tier, in English and Chinese, with the purchases it rests on",
                format!("/v1/customers/{customer}/explain?field=jewellery-tiers.tier"),
            ),
        ]
    }

    pub fn introduction(&self) -> String {
        let Shown { address, key, .. } = self;
        let mut text = format!(
            "\nRegulars runs at http://{address} (to read and try it: http://{address}/docs)\nAPI key: {key}\n"
        );
        for (what, path) in self.paths() {
            text += &format!(
                "\n# {what}\ncurl -s -H 'Authorization: Bearer {key}' 'http://{address}{path}'\n"
            );
        }
        text
    }

    pub fn check(&self) -> Outcome {
        let [tiers, customer, why] = self.paths().map(|(_, path)| self.ask(&path));
        check_tiers(&tiers?)?;
        check_customer(&customer?)?;
        check_why(&why?)?;
        println!("All three answers are right.");
        Ok(())
    }

    fn ask(&self, path: &str) -> Outcome<String> {
        let Answer { status, body } = http::ask(self.address, &self.key, path, None)?;
        println!("\n{status} {path}\n{}", body.chars().take(1_500).collect::<String>());
        if status == 200 { Ok(body) } else { Err(format!("{path} answered {status}")) }
    }
}

fn check_tiers(body: &str) -> Outcome {
    for (tier, expected) in TIERS {
        let found = number_of(body, tier);
        if found != Some(expected) {
            return Err(format!("expected {expected} customers in tier {tier}, found {found:?}"));
        }
    }
    Ok(())
}

fn check_customer(body: &str) -> Outcome {
    if text_of(body, "tier") != Some("high") {
        return Err("the customer shown is not in tier high".into());
    }
    if !["high", "regular", "low", "lapsed"].map(Some).contains(&text_of(body, "band")) {
        return Err("the customer shown has no visit band".into());
    }
    match body.contains("\"furniture-nurture\"") {
        true => Ok(()),
        false => Err("the customer shown is not followed up".into()),
    }
}

fn check_why(body: &str) -> Outcome {
    // Its eighth purchase took it over the threshold; by now there are sixteen.
    let english = text_of(body, "en").is_some_and(|sentence| !sentence.is_empty());
    let chinese = body.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let spend = ["552.18", "1107.04"].iter().all(|spend| body.contains(spend));
    let rests_on = number_of(body, "events_total") == Some(16);
    match english && chinese && spend && rests_on {
        true => Ok(()),
        false => Err("the explanation lacks its sentences, the spend or the 16 purchases".into()),
    }
}
