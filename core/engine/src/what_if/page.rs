//! Some customers in the order of their ids, compared: each read as little as its answer needs.

use super::{
    candidate::Candidate,
    compared::{Compared, Side, Whole, compare_whole, go_on, near, play_both},
    needs::{Needs, Read},
    tally::Tally,
    work::gives_work,
};
use crate::{Inner, Problem, record::Loaded};
use regulars_model::{
    CustomerId,
    canonical::{Hash, hash_bytes},
};
use regulars_rules::{Log, play::Played};
use regulars_store::{CustomerRange, CustomerRow, Histories};
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

/// A customer as stored, and what more its answer needs.
struct Member {
    customer: Loaded,
    read: Read,
}

/// What came of a customer.
enum Answer {
    /// Of its state, and perhaps the tail of its log.
    Light(Compared),
    Whole(Compared),
    /// It is still to be read whole.
    Wanted(CustomerId),
}

impl Answer {
    fn compared(&self) -> Option<&Compared> {
        match self {
            Answer::Light(compared) | Answer::Whole(compared) => Some(compared),
            Answer::Wanted(_) => None,
        }
    }
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
    let mut answers = beside(move || Ok(compare_light(&asked, members, tails))).await?;
    compare_rest(&inner, &candidate, &mut answers).await?;
    read_given(&inner, &candidate, &mut answers).await?;
    let tally = beside(move || {
        let mut tally = Tally::new(&candidate);
        for compared in answers.iter().filter_map(Answer::compared) {
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
        members.push(Member { customer, read });
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

async fn read_tails(
    inner: &Inner,
    needs: &Needs,
    members: &[Member],
) -> Result<Histories, Problem> {
    let wanted = members.iter().filter_map(|member| match member.read {
        Read::Tail(since) => Some((member.customer.id, since)),
        _ => None,
    });
    let wanted: Vec<_> = wanted.collect();
    match wanted.is_empty() {
        true => Ok(Histories::new()),
        false => Ok(inner.store.list_tails(&wanted, needs.with_bodies).await?),
    }
}

/// Those whose state says enough, with the tail of their log where a window looks at it.
fn compare_light(candidate: &Candidate, members: Vec<Member>, mut tails: Histories) -> Vec<Answer> {
    let players = members.iter().enumerate().flat_map(|(place, Member { customer, read })| {
        if *read == Read::Whole || customer.state.through.is_none() {
            return [None, None];
        }
        let log = Log::new(tails.remove(&customer.id).unwrap_or_default(), false);
        let play = |side, log| go_on(candidate, side, place, customer, log);
        let is = candidate.is_due(customer).then(|| play(Side::Is, log.clone()));
        [is, Some(play(Side::WouldBe, log))]
    });
    let played = play_both(players.flatten(), members.len());
    let members = members.into_iter().zip(played);
    members.map(|(member, (is, would_be))| settle(candidate, member, is, would_be)).collect()
}

fn settle(
    candidate: &Candidate,
    Member { customer, read }: Member,
    is: Option<Played>,
    would_be: Option<Played>,
) -> Answer {
    let short = |played: &Played| {
        played.needs_history || (played.is_unsure && !near(candidate, played).is_empty())
    };
    match would_be {
        _ if read == Read::Whole => Answer::Wanted(customer.id),
        None => Answer::Light(Compared::untouched(customer)),
        Some(played) if short(&played) || is.as_ref().is_some_and(short) => {
            Answer::Wanted(customer.id)
        }
        Some(played) => Answer::Light(Compared::of(candidate, customer, is, played)),
    }
}

/// So many at once, since each brings all there is of it.
const WHOLE_AT_ONCE: usize = 512;

/// Those for whom only everything there is will do.
async fn compare_rest(
    inner: &Inner,
    candidate: &Arc<Candidate>,
    answers: &mut [Answer],
) -> Result<(), Problem> {
    let wanted = answers.iter().enumerate().filter_map(|(place, answer)| match answer {
        Answer::Wanted(id) => Some((*id, place)),
        _ => None,
    });
    let wanted: Vec<(CustomerId, usize)> = wanted.collect();
    for some in wanted.chunks(WHOLE_AT_ONCE) {
        let compared = compare_ids(inner, candidate, some.iter().map(|(id, _)| *id));
        let places: HashMap<CustomerId, usize> = some.iter().copied().collect();
        for compared in compared.await? {
            if let Some(place) = places.get(&compared.customer.id) {
                answers[*place] = Answer::Whole(compared);
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
    answers: &mut [Answer],
) -> Result<(), Problem> {
    let gaining = answers.iter_mut().filter_map(|answer| match answer {
        Answer::Light(compared) => Some((compared.customer.id, compared)),
        _ => None,
    });
    let mut gaining: HashMap<CustomerId, &mut Compared> =
        gaining.filter(|(_, compared)| gives_work(candidate, &compared.decided_after)).collect();
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
