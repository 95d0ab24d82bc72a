//! History brought in: the same plays as live, without work for anybody.
//!
//! The caller gives customers in chunks, each with all its facts of the file. Every customer is
//! committed wholly or not at all, so a killed import is simply run again.

use crate::{
    Actor, Ctx, Engine, Origin, Problem, audit,
    customers::{identity_row, new_customer},
    fact::{Fact, read_fact},
    identity::read_identities,
    record::Loaded,
    request::{EventDraft, IdentityDraft},
    view::Reply,
    write::{Change, Intent, Plays, build, read_decisions},
};
use regulars_model::{CustomerId, EventId, Identity, Instant, Profile, text::Language};
use regulars_rules::play::Mode;
use regulars_store::{Changeset, CommitOutcome, Find, FullCustomer, IdentityWrite, LoadRequest};
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// Plays under way at once, so that calls to plugins stay full.
const WINDOW: usize = 1_024;

/// One customer of a file.
#[derive(Clone, Debug, Default)]
pub struct ImportCustomer {
    pub identities: Vec<IdentityDraft>,
    pub profile: Profile,
    pub home_store: Option<String>,
    /// Their `customer` member is not looked at; `source` and `source_id` are.
    pub events: Vec<EventDraft>,
    /// Where in the file each event stands, for reports.
    pub rows: Vec<u64>,
}

/// What came of a chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub created: u64,
    pub events: u64,
    /// Events that were there already.
    pub repeated: u64,
    /// Row and reason.
    pub rejected: Vec<(u64, String)>,
}

/// A chunk whose decisions are made, ready to be committed.
pub struct Decided {
    changesets: Vec<Changeset>,
    /// One for each changeset.
    members: Vec<Member>,
    report: Imported,
}

/// Whose changeset it is.
struct Member {
    rows: Vec<u64>,
    is_new: bool,
    events: u64,
}

impl Engine {
    /// Reads what is known of the chunk's customers and plays their history on to `as_of`.
    pub async fn decide_import(
        &self,
        customers: Vec<ImportCustomer>,
        as_of: Instant,
    ) -> Result<Decided, Problem> {
        let ctx = self.context(Actor::operator(), Language::English, None);
        let mut report = Imported::default();
        let mut read = Vec::with_capacity(customers.len());
        for customer in customers {
            match read_identities(&customer.identities, "") {
                Ok(identities) if identities.is_empty() => {
                    reject(&mut report, &customer.rows, "names no customer");
                }
                Ok(identities) => {
                    read.push((customer, identities));
                }
                Err(problem) => reject(&mut report, &customer.rows, &problem.detail.en),
            }
        }
        let known = self.load_known(&read).await?;
        let engine = self.clone();
        tokio::task::spawn_blocking(move || engine.decide_chunk(&ctx, read, known, as_of, report))
            .await
            .map_err(Problem::internal)?
    }

    async fn load_known(
        &self,
        read: &[(ImportCustomer, Vec<Identity>)],
    ) -> Result<Vec<Result<Option<FullCustomer>, String>>, Problem> {
        let requests: Vec<LoadRequest> = read
            .iter()
            .map(|(_, identities)| LoadRequest {
                find: Find::Claims(identities.iter().map(Identity::claim).collect()),
                source_claim: None,
                idempotency: None,
                tail_us: Some(0),
            })
            .collect();
        let group = self.inner.store.load_group(&requests).await?;
        if group.stamp.revision != self.inner.configuration().stamp.revision {
            self.inner.reload().await?;
        }
        let holders: Vec<Vec<CustomerId>> = group
            .members
            .iter()
            .map(|member| {
                let mut holders: Vec<_> = member.claims.iter().map(|(_, id)| *id).collect();
                holders.sort_unstable();
                holders.dedup();
                holders
            })
            .collect();
        let ids: Vec<CustomerId> =
            holders.iter().filter(|own| own.len() == 1).map(|own| own[0]).collect();
        let full = match ids.is_empty() {
            true => Vec::new(),
            false => self.inner.store.load_full_group(&ids).await?,
        };
        let mut full: HashMap<CustomerId, FullCustomer> =
            full.into_iter().flatten().map(|full| (full.customer.id, full)).collect();
        Ok(holders
            .into_iter()
            .map(|own| match own.as_slice() {
                [] => Ok(None),
                [one] => Ok(full.remove(one)),
                several => Err(format!("its identities belong to {} customers", several.len())),
            })
            .collect())
    }

    fn decide_chunk(
        &self,
        ctx: &Ctx,
        read: Vec<(ImportCustomer, Vec<Identity>)>,
        known: Vec<Result<Option<FullCustomer>, String>>,
        as_of: Instant,
        mut report: Imported,
    ) -> Result<Decided, Problem> {
        let configuration = self.inner.configuration();
        let mut plays = Plays::default();
        let mut members = Vec::with_capacity(read.len());
        for ((customer, identities), known) in read.into_iter().zip(known) {
            let full = match known {
                Ok(full) => full,
                Err(reason) => {
                    reject(&mut report, &customer.rows, &reason);
                    continue;
                }
            };
            let (facts, rows) = self.read_facts(ctx, &customer, full.as_ref(), &mut report)?;
            let Some(intent) =
                self.intend(ctx, &customer, &identities, full.as_ref(), facts, as_of)?
            else {
                continue;
            };
            plays.prepare(&configuration, &intent, Vec::new(), full, as_of, Mode::History)?;
            members.push((intent, rows));
        }
        let mut decided = Decided {
            changesets: Vec::with_capacity(members.len()),
            members: Vec::with_capacity(members.len()),
            report,
        };
        for ((intent, rows), (outcome, origin)) in members.into_iter().zip(plays.play(WINDOW)) {
            let is_new = intent.is_new;
            // What only an answer would need is dropped here, where it was made.
            let Change { changeset, events, .. } =
                build(&configuration, &self.inner.world, ctx, intent, outcome, origin);
            decided.members.push(Member { rows, is_new, events: events.len() as u64 });
            decided.changesets.push(changeset);
        }
        Ok(decided)
    }

    /// The facts that are not there yet; what is wrong with a row is reported, and the rest goes on.
    fn read_facts(
        &self,
        ctx: &Ctx,
        customer: &ImportCustomer,
        full: Option<&FullCustomer>,
        report: &mut Imported,
    ) -> Result<(Vec<Fact>, Vec<u64>), Problem> {
        let configuration = self.inner.configuration();
        let stored: HashSet<(Arc<str>, Arc<str>)> = full.map_or_else(HashSet::new, |full| {
            let events = full.events.iter().filter(|event| !event.is_appended());
            events.map(|event| (event.source.clone(), event.source_id.clone())).collect()
        });
        let mut facts = Vec::with_capacity(customer.events.len());
        let mut rows = Vec::with_capacity(customer.events.len());
        for (draft, row) in customer.events.iter().zip(&customer.rows) {
            let id = EventId(self.inner.world.new_id());
            match read_fact(draft, ctx, &configuration, id) {
                Ok(fact) => {
                    let key = (fact.event.source.clone(), fact.event.source_id.clone());
                    if stored.contains(&key) {
                        report.repeated += 1;
                    } else {
                        facts.push(fact);
                        rows.push(*row);
                    }
                }
                Err(problem) => report.rejected.push((*row, problem.detail.en)),
            }
        }
        Ok((facts, rows))
    }

    /// None where there is nothing to write.
    fn intend(
        &self,
        ctx: &Ctx,
        customer: &ImportCustomer,
        identities: &[Identity],
        full: Option<&FullCustomer>,
        facts: Vec<Fact>,
        as_of: Instant,
    ) -> Result<Option<Intent>, Problem> {
        let configuration = self.inner.configuration();
        let silent = |_: &crate::write::Done<'_>| Reply::empty(204);
        let mut intent = match full {
            Some(full) => {
                let stored = Loaded::read(&full.customer)?;
                let current = stored.epoch >= configuration.rulebook.epoch();
                if facts.is_empty() && current && stored.state.due_at() > as_of {
                    return Ok(None);
                }
                // Decisions are checked here, so that a corrupt one stops nothing half-way.
                read_decisions(&full.decisions)?;
                Intent::of(stored, silent)
            }
            None if facts.is_empty() && !customer.events.is_empty() => return Ok(None),
            None => {
                let mut new = new_customer(&self.inner.world, ctx, None);
                new.record.profile = customer.profile.clone();
                let first = facts.first().and_then(|fact| fact.event.unit_id);
                let home = customer.home_store.as_deref();
                let home = home.and_then(|code| configuration.units.find_by_code(code));
                new.home_unit_id = home.map(|unit| unit.id).or(first);
                let mut intent = Intent::new(new, silent);
                let id = intent.customer.id;
                intent.identities = identities
                    .iter()
                    .map(|identity| {
                        let row = identity_row(id, identity, ctx.now);
                        IdentityWrite::Add(row, identity.claim())
                    })
                    .collect();
                intent
            }
        };
        intent.facts = facts;
        Ok(Some(intent))
    }

    /// Before anything of it is committed: each customer is so by itself.
    pub async fn enter_import(&self, origin: Origin, file: &str) -> Result<(), Problem> {
        let file = json!({"file": file});
        let row = audit::of_command_line(&self.inner.world, origin, audit::IMPORT, file);
        Ok(self.inner.store.add_audit(&row).await?)
    }

    pub async fn commit_import(&self, decided: Decided) -> Result<Imported, Problem> {
        let Decided { changesets, members, mut report } = decided;
        let outcomes = self.inner.store.commit_group(&changesets).await?;
        for (Member { rows, is_new, events }, outcome) in members.into_iter().zip(outcomes) {
            match outcome {
                CommitOutcome::Committed => {
                    report.created += u64::from(is_new);
                    report.events += events;
                }
                CommitOutcome::Stale => {
                    reject(&mut report, &rows, "somebody else wrote this customer; run it again");
                }
                CommitOutcome::Conflict(conflict) => {
                    reject(&mut report, &rows, &conflict_reason(&conflict));
                }
            }
        }
        Ok(report)
    }
}

fn conflict_reason(conflict: &regulars_store::Conflict) -> String {
    use regulars_store::Conflict::{Constraint, Customer, Idempotency, Identity, Source};
    match conflict {
        Identity { held_by, .. } => format!("an identity belongs to customer {held_by}"),
        Source { .. } => "one of its source ids belongs to another customer's event".to_owned(),
        Idempotency { .. } | Customer => "it was written at the same time".to_owned(),
        Constraint(message) => message.clone(),
    }
}

fn reject(report: &mut Imported, rows: &[u64], reason: &str) {
    report.rejected.extend(rows.iter().map(|row| (*row, reason.to_owned())));
}
