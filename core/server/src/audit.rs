//! `regulars audit`: who did what, and whether the chain of it is whole.

use crate::{
    Fault,
    cli::{AuditCommand, AuditListArgs, Place},
    language::language,
    sentences as say,
    session::{Session, open, own_lock, read},
};
use regulars_engine::{
    AuditFilter, World,
    view::{AuditView, Page},
};
use regulars_model::{
    Instant,
    canonical::{Hash, hex},
    limits::{AUDIT_UNSEALED_US, PAGE_SIZE_MAX},
    said::Said,
};
use regulars_store::{Chain, Misfit, Seal, Store, Unsealed};
use serde_json::{Value as Json, json};
use std::process::ExitCode;

pub async fn run(place: &Place, command: AuditCommand) -> Result<ExitCode, Fault> {
    match command {
        AuditCommand::List(args) => list(place, args).await.map(|()| ExitCode::SUCCESS),
        AuditCommand::Verify { from, json } => verify(place, from, json).await,
        AuditCommand::Checkpoint => checkpoint(place).await,
    }
}

/// `NUMBER:HASH`, as `checkpoint` prints it.
pub fn read_checkpoint(text: &str) -> Result<Seal, String> {
    let wrong = || {
        format!(
            "`{text}` is not a checkpoint: expected NUMBER:HASH, as `regulars audit checkpoint` prints it"
        )
    };
    let (number, digits) = text.split_once(':').ok_or_else(wrong)?;
    let number = number.parse().ok().filter(|number| *number > 0).ok_or_else(wrong)?;
    let mut hash: Hash = [0; 32];
    if digits.len() != 2 * hash.len() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * place..2 * place + 2], 16).map_err(|_| wrong())?;
    }
    Ok(Seal { number, hash })
}

fn write_checkpoint(seal: &Seal) -> String {
    format!("{}:{}", seal.number, hex(&seal.hash))
}

/// Past any server, straight from the database, and without writing: whoever doubts the audit need not
/// ask the one who wrote it.
async fn verify(place: &Place, from: Option<Seal>, as_json: bool) -> Result<ExitCode, Fault> {
    let chain = Store::verify_audit(&place.database, from).await;
    let chain = chain.map_err(|error| Fault(error.to_string()))?;
    if as_json {
        println!("{}", in_json(&chain));
    } else {
        report(&chain);
    }
    Ok(if chain.misfit.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(chain: &Chain) {
    let tell = |said: Said| println!("{}", said.get(language()));
    match &chain.last {
        None => tell(say::audit_is_empty()),
        Some(last) => tell(say::audit_fits(last.number.to_string(), write_checkpoint(last))),
    }
    if chain.emptied > 0 {
        tell(say::audit_emptied(chain.emptied.to_string()));
    }
    if let Some(oldest) = is_late(&chain.unsealed) {
        tell(say::audit_unsealed(chain.unsealed.entries.to_string(), oldest.to_string()));
    }
    if let Some(misfit) = &chain.misfit {
        tell(sentence(misfit));
    }
}

/// None where what waits has only just been written.
fn is_late(unsealed: &Unsealed) -> Option<Instant> {
    unsealed.oldest.filter(|oldest| oldest.plus(AUDIT_UNSEALED_US) < World::real().now())
}

fn sentence(misfit: &Misfit) -> Said {
    let number = misfit.number().to_string();
    match misfit {
        Misfit::Missing { .. } => say::audit_missing(number),
        Misfit::Changed { id, .. } => say::audit_changed(number, id.to_string()),
        Misfit::ContentChanged { id, .. } => say::audit_content_changed(number, id.to_string()),
        Misfit::Unreadable { why, .. } => say::audit_unreadable(number, why.clone()),
        Misfit::Cut { last, .. } => say::audit_cut(number, last.to_string()),
        Misfit::Replaced { id, .. } => say::audit_replaced(number, id.to_string()),
    }
}

fn in_json(chain: &Chain) -> Json {
    let seal = |seal: &Seal| json!({"number": seal.number, "hash": hex(&seal.hash)});
    let misfit = chain.misfit.as_ref().map(|misfit| {
        let said = sentence(misfit);
        let kind = said.code.trim_start_matches("audit_");
        json!({"kind": kind, "number": misfit.number(), "sentence": said.get(language())})
    });
    json!({
        "fits": chain.misfit.is_none(),
        "last": chain.last.as_ref().map(seal),
        "emptied": chain.emptied,
        "unsealed": {"entries": chain.unsealed.entries, "oldest": chain.unsealed.oldest},
        "misfit": misfit,
    })
}

/// Of all there is: what waits is sealed first, by the server where one runs.
async fn checkpoint(place: &Place) -> Result<ExitCode, Fault> {
    let refused = |error: regulars_store::StoreError| Fault(error.to_string());
    let chain = Store::verify_audit(&place.database, None).await.map_err(refused)?;
    if chain.unsealed.entries > 0
        && let Ok(_lock) = own_lock(place)
    {
        let store = Store::open(&place.database).await.map_err(refused)?;
        store.seal_audit().await.map_err(refused)?;
        store.close().await;
    }
    let chain = Store::verify_audit(&place.database, None).await.map_err(refused)?;
    match (&chain.misfit, &chain.last) {
        (Some(misfit), _) => Err(sentence(misfit).into()),
        (None, None) => Err(say::audit_is_empty().into()),
        (None, Some(last)) => {
            println!("{}", write_checkpoint(last));
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn list(place: &Place, args: AuditListArgs) -> Result<(), Fault> {
    let session = open(place).await?;
    let (mut left, mut cursor) = (args.limit, None);
    let mut items = Vec::new();
    while left > 0 {
        let limit = left.min(PAGE_SIZE_MAX);
        let page = page(&session, &args, cursor.as_deref(), limit).await?;
        left -= limit;
        if args.json {
            items.extend(page.items);
        } else {
            page.items.iter().for_each(print);
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    if args.json {
        println!("{}", json!(items));
    }
    Ok(())
}

async fn page(
    session: &Session,
    args: &AuditListArgs,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<AuditView>, Fault> {
    let filter = args.filter();
    let remote = match session {
        Session::Local(local) => {
            let listed = local.engine.list_audit(&local.ctx(), filter, cursor, limit).await;
            return Ok(listed?);
        }
        Session::Remote(remote) => remote,
    };
    let mut path = format!("/audit?limit={limit}");
    let mut parts = json!(filter);
    parts["cursor"] = json!(cursor);
    for (name, value) in parts.as_object().into_iter().flatten() {
        if let Some(value) = value.as_str() {
            path.push_str(&format!("&{name}={}", encoded(value)));
        }
    }
    read(remote.call("GET", &path, None).await?)
}

fn encoded(value: &str) -> String {
    let encode = |byte: u8| match byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    value.bytes().map(encode).collect()
}

fn print(entry: &AuditView) {
    let AuditView { at, actor, action, kind, record, .. } = entry;
    let number = entry.number.map_or_else(|| "–".to_owned(), |number| number.to_string());
    let from = &entry.origin;
    let place = from.address.as_ref().or(from.user.as_ref()).unwrap_or(&from.by);
    let refused = match entry.outcome.as_str() {
        "refused" => say::audit_refused().get(language()).to_owned(),
        _ => String::new(),
    };
    println!("{number:>6}  {at}  {} ({place})  {action}{refused}  {kind} {record}", actor.name);
    if entry.emptied {
        println!("        {}", say::audit_gone().get(language()));
    }
    if entry.before.is_some() || entry.after.is_some() {
        let text = |value: &Option<Json>| value.as_ref().map_or("–".to_owned(), Json::to_string);
        println!("        {} → {}", text(&entry.before), text(&entry.after));
    }
}

impl AuditListArgs {
    fn filter(&self) -> AuditFilter {
        AuditFilter {
            actor: self.actor,
            action: self.action.clone(),
            kind: self.kind.clone(),
            record: self.record.clone(),
            customer: self.customer,
            from: self.from,
            until: self.until,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_reads_back_and_anything_else_is_refused() {
        let seal = Seal { number: 41, hash: [0xa7; 32] };
        assert_eq!(read_checkpoint(&write_checkpoint(&seal)), Ok(seal));
        let digits = "a7".repeat(32);
        let wrong = [
            "",
            "41",
            "41:",
            "41:a7",
            &format!("0:{digits}"),
            &format!("x:{digits}"),
            &format!("41:{}", digits.replace('7', "x")),
            &format!("41:{digits}a7"),
            &format!("41:{}é", &digits[..62]),
        ];
        for text in wrong {
            assert!(read_checkpoint(text).unwrap_err().contains("NUMBER:HASH"), "{text}");
        }
    }
}
