//! What there is to give, before anything is.

use super::{judge::Known, publication::Publication};
use crate::{
    Inner, Problem,
    configuration::Configuration,
    view::{LeftOut, LeftOutAt},
    what_if::work::Given,
    write::read_decision,
};
use regulars_model::{Currency, CustomerId, Money, UnitId};
use regulars_rules::Decided;
use regulars_store::{DecisionRow, Given as GivenRows, LeftOutQuery, MessageRow, TaskRow};
use std::collections::{BTreeMap, HashMap};

const PAGE: u32 = 1_000;

/// By plugin, sort and kind.
#[derive(Default)]
pub struct Count(BTreeMap<(String, &'static str, String), Counted>);

#[derive(Default)]
struct Counted {
    exist: u64,
    points: i64,
    money: BTreeMap<Currency, i64>,
    by_store: BTreeMap<Option<UnitId>, u64>,
}

impl Count {
    /// Of everything that a publication left out, and that nobody has asked for yet.
    pub async fn read(
        inner: &Inner,
        configuration: &Configuration,
        publication: &Publication,
        sorts: &[String],
    ) -> Result<Count, Problem> {
        let mut count = Count::default();
        let (from, through) = (publication.from(), publication.through());
        let mut query = LeftOutQuery { from, through, after: None, limit: PAGE };
        loop {
            let page = inner.store.list_left_out(&query).await?;
            let Some((_, last)) = page.last() else { return Ok(count) };
            query.after = Some(last.place());
            let mut ids: Vec<_> = page.iter().map(|(_, row)| row.customer_id).collect();
            ids.sort_unstable();
            ids.dedup();
            let known = by_customer(inner.store.list_given(&ids).await?);
            let page = read_page(page, publication)?;
            for (home, customer, decided) in &page {
                let known = known.get(customer);
                count.add(configuration, *home, decided, known, sorts);
            }
        }
    }

    fn add(
        &mut self,
        configuration: &Configuration,
        home: Option<UnitId>,
        decided: &Decided,
        known: Option<&(Vec<TaskRow>, Vec<MessageRow>)>,
        sorts: &[String],
    ) {
        let (tasks, messages) = known.map_or((&[][..], &[][..]), |(t, m)| (t, m));
        let known = Known { tasks, messages };
        for outcome in decided.effects.iter().filter(|outcome| outcome.is_left_out()) {
            let Some(given) = Given::of(decided, outcome) else { continue };
            if !is_wanted(sorts, given.sort) {
                continue;
            }
            let counted = self.0.entry(given.counted_as()).or_default();
            if known.has(&decided.plugin, &given.identity()) {
                counted.exist += 1;
                continue;
            }
            *counted.by_store.entry(home).or_default() += 1;
            counted.points += given.points();
            if let Some(money) = given.money(configuration) {
                let currency = configuration.units.or_organisation(home).currency;
                *counted.money.entry(currency).or_default() += money;
            }
        }
    }

    pub fn report(self, configuration: &Configuration) -> Vec<LeftOut> {
        let counted = self.0.into_iter();
        counted.map(|(of, counted)| left_out(of, counted, configuration)).collect()
    }
}

/// Of no sort in particular, every one is.
pub fn is_wanted(sorts: &[String], sort: &str) -> bool {
    sorts.is_empty() || sorts.iter().any(|own| own == sort)
}

type KnownOf = HashMap<CustomerId, (Vec<TaskRow>, Vec<MessageRow>)>;

fn by_customer(given: GivenRows) -> KnownOf {
    let mut known = KnownOf::new();
    for task in given.tasks {
        known.entry(task.customer_id).or_default().0.push(task);
    }
    for message in given.messages {
        known.entry(message.customer_id).or_default().1.push(message);
    }
    known
}

type LeftOutDecision = (Option<UnitId>, CustomerId, Decided);

pub fn read_page(
    page: Vec<(Option<UnitId>, DecisionRow)>,
    publication: &Publication,
) -> Result<Vec<LeftOutDecision>, Problem> {
    let mut read = Vec::with_capacity(page.len());
    for (home, row) in page {
        let decided = read_decision(&row)?;
        if publication.covers(&decided) {
            read.push((home, row.customer_id, decided));
        }
    }
    Ok(read)
}

fn left_out(
    (plugin, sort, kind): (String, &'static str, String),
    counted: Counted,
    configuration: &Configuration,
) -> LeftOut {
    let code = |id| configuration.units.find(id).map(|unit| unit.code.clone());
    let by_store = counted.by_store.into_iter();
    let mut by_store: Vec<_> =
        by_store.map(|(store, count)| LeftOutAt { store: store.and_then(code), count }).collect();
    by_store.sort_by(|left, right| left.store.cmp(&right.store));
    let money = counted.money.into_iter();
    let money = money.map(|(currency, amount)| {
        (currency.code().to_owned(), Money { amount, currency }.to_decimal())
    });
    LeftOut {
        plugin,
        sort: sort.to_owned(),
        kind,
        count: by_store.iter().map(|at| at.count).sum(),
        exist: counted.exist,
        points: (sort == "points").then_some(counted.points),
        money: money.collect(),
        by_store,
    }
}
