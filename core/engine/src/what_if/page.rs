//! Some customers in the order of their ids, compared: each read as little as its answer needs.

use super::{
    candidate::Candidate,
    compared::{Compared, Whole, compare_whole, go_on, near, play_all},
    needs::{Needs, Read},
    tally::Tally,
    work::gives_work,
};
use crate::{Inner, Problem, record::Loaded};
use regulars_model::{
    CustomerId, Event,
    canonical::{Hash, hash_bytes},
};
use regulars_rules::{Log, play::Played};
use regulars_store::{CustomerRange, CustomerRow};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use tokio::task::spawn_blocking;

/// What came of a page.
pub struct Page {
    pub tally: Tally,
    /// Over (customer, version) as read.
    pub versions: Hash,
    pub customers: u64,
}

/// A customer on the way to its answer.
struct Member {
    customer: Loaded,
    read: Read,
    compared: Option<Compared>,
}

pub async fn compare_page(
    inner: Arc<Inner>,
    candidate: Arc<Candidate>,
    needs: Arc<Needs>,
    range: CustomerRange,
) -> Result<Page, Problem> {
    let rows = inner.store.scan_customers(range).await?;
    let held = inner.store.scan_held(range).await?;
    let customers = rows.iter().filter(|row| row.merged_into.is_none()).count() as u64;
    let (asked, of) = (candidate.clone(), needs.clone());
    let members = beside(move || read_members(&asked, &of, &rows, &held)).await?;
    let versions = hash_versions(members.iter().map(|member| &member.customer));
    let tails = read_tails(&inner, &needs, &members).await?;
    let asked = candidate.clone();
    let mut members = beside(move || Ok(compare_light(&asked, members, tails))).await?;
    compare_rest(&inner, &candidate, &mut members).await?;
    read_given(&inner, &candidate, &mut members).await?;
    let tally = beside(move || {
        let mut tally = Tally::new(&candidate);
        for compared in members.iter().filter_map(|member| member.compared.as_ref()) {
            tally.count(&candidate, compared);
        }
        Ok(tally)
    });
    Ok(Page { tally: tally.await?, versions, customers })
}

/// Work for a core, which waits for nothing.
pub async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    spawn_blocking(work).await.map_err(Problem::internal)?
}

fn read_members(
    candidate: &Candidate,
    needs: &Needs,
    rows: &[CustomerRow],
    held: &HashSet<CustomerId>,
) -> Result<Vec<Member>, Problem> {
    let mut members = Vec::with_capacity(rows.len());
    for row in rows.iter().filter(|row| candidate.asks_about(row)) {
        let customer = Loaded::read(row)?;
        let read = needs.read(candidate, &customer, held.contains(&row.id));
        members.push(Member { customer, read, compared: None });
    }
    Ok(members)
}

pub fn hash_versions<'a>(customers: impl Iterator<Item = &'a Loaded>) -> Hash {
    let mut versions = Vec::new();
    for customer in customers {
        versions.extend_from_slice(customer.id.0.as_bytes());
        versions.extend_from_slice(&customer.version.to_le_bytes());
    }
    hash_bytes(&[&versions])
}

type Tails = HashMap<CustomerId, Vec<Event>>;

async fn read_tails(inner: &Inner, needs: &Needs, members: &[Member]) -> Result<Tails, Problem> {
    let wanted = members.iter().filter_map(|member| match member.read {
        Read::Tail(since) => Some((member.customer.id, since)),
        _ => None,
    });
    let wanted: Vec<_> = wanted.collect();
    let mut tails = Tails::with_capacity(wanted.len());
    if !wanted.is_empty() {
        let events = inner.store.list_tails(&wanted, needs.with_bodies).await?;
        for (customer, event) in events {
            tails.entry(customer).or_default().push(event);
        }
    }
    Ok(tails)
}

/// Those whose state says enough, with the tail of their log where a window looks at it.
fn compare_light(candidate: &Candidate, members: Vec<Member>, mut tails: Tails) -> Vec<Member> {
    let (mut is, mut would_be) = (Vec::new(), Vec::new());
    for (tag, Member { customer, read, .. }) in members.iter().enumerate() {
        if *read == Read::Whole || customer.state.through.is_none() {
            continue;
        }
        let log = Log::new(tails.remove(&customer.id).unwrap_or_default(), false);
        if candidate.is_due(customer) {
            is.push(go_on(candidate, &candidate.is, tag, customer, log.clone()));
        }
        would_be.push(go_on(candidate, &candidate.would_be, tag, customer, log));
    }
    let mut is = play_all(is, members.len());
    let would_be = play_all(would_be, members.len());
    let members = members.into_iter().zip(would_be).enumerate();
    members
        .map(|(tag, (member, played))| settle(candidate, member, is[tag].take(), played))
        .collect()
}

fn settle(
    candidate: &Candidate,
    member: Member,
    is: Option<Played>,
    would_be: Option<Played>,
) -> Member {
    let Member { customer, read, .. } = member;
    let short = |played: &Played| {
        played.needs_history || (played.is_unsure && !near(candidate, played).is_empty())
    };
    match would_be {
        _ if read == Read::Whole => Member { customer, read, compared: None },
        None => {
            let compared = Some(Compared::untouched(customer.clone()));
            Member { customer, read, compared }
        }
        Some(played) if short(&played) || is.as_ref().is_some_and(short) => {
            Member { customer, read: Read::Whole, compared: None }
        }
        Some(played) => {
            let compared = Compared::of(candidate, customer.clone(), is, played);
            Member { customer, read, compared: Some(compared) }
        }
    }
}

/// So many at once, since each brings all there is of it.
const WHOLE_AT_ONCE: usize = 512;

/// Those for whom only everything there is will do.
async fn compare_rest(
    inner: &Inner,
    candidate: &Arc<Candidate>,
    members: &mut [Member],
) -> Result<(), Problem> {
    let rest: Vec<usize> =
        (0..members.len()).filter(|at| members[*at].compared.is_none()).collect();
    for some in rest.chunks(WHOLE_AT_ONCE) {
        let compared =
            compare_ids(inner, candidate, some.iter().map(|at| members[*at].customer.id));
        let mut places: HashMap<CustomerId, usize> =
            some.iter().map(|at| (members[*at].customer.id, *at)).collect();
        for compared in compared.await? {
            if let Some(at) = places.remove(&compared.customer.id) {
                members[at].compared = Some(compared);
            }
        }
    }
    Ok(())
}

/// Each read whole.
pub async fn compare_ids(
    inner: &Inner,
    candidate: &Arc<Candidate>,
    ids: impl Iterator<Item = CustomerId>,
) -> Result<Vec<Compared>, Problem> {
    let ids: Vec<CustomerId> = ids.collect();
    let full = inner.store.load_full_group(&ids).await?;
    let candidate = candidate.clone();
    beside(move || {
        let all = full.into_iter().flatten().map(Whole::read);
        compare_whole(&candidate, all.collect::<Result<_, Problem>>()?)
    })
    .await
}

/// What people have been given already, where more would follow.
async fn read_given(
    inner: &Inner,
    candidate: &Candidate,
    members: &mut [Member],
) -> Result<(), Problem> {
    let gains = |member: &&mut Member| {
        let compared = member.compared.as_ref();
        member.read != Read::Whole
            && compared.is_some_and(|compared| gives_work(candidate, &compared.decided_after))
    };
    let mut gaining: HashMap<CustomerId, &mut Compared> = members
        .iter_mut()
        .filter(gains)
        .filter_map(|member| Some((member.customer.id, member.compared.as_mut()?)))
        .collect();
    if gaining.is_empty() {
        return Ok(());
    }
    let ids: Vec<CustomerId> = gaining.keys().copied().collect();
    let given = inner.store.list_given(&ids).await?;
    for task in given.tasks {
        if let Some(compared) = gaining.get_mut(&task.customer_id) {
            compared.tasks.push(task);
        }
    }
    for message in given.messages {
        if let Some(compared) = gaining.get_mut(&message.customer_id) {
            compared.messages.push(message);
        }
    }
    Ok(())
}
