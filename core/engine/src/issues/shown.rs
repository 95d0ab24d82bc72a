//! An issue as it is read.

use super::Request;
use crate::{
    Problem,
    view::{Dealt, IssueView, LeftOut},
};
use regulars_store::{IssueRow, IssueState, IssuedCount, IssuedFate};

pub(super) fn view(row: IssueRow, issued: &[IssuedCount]) -> Result<IssueView, Problem> {
    let Request { sorts, per_minute, .. } = Request::read(&row)?;
    let corrupt = |error| Problem::internal(format!("issue {} cannot be read: {error}", row.id));
    let counted: Vec<LeftOut> = serde_json::from_str(&row.counted).map_err(corrupt)?;
    let there_were: u64 = counted.iter().map(|own| own.count + own.exist).sum();
    let there_are: u64 = issued.iter().map(|own| own.count.unsigned_abs()).sum();
    let is_done = row.state == IssueState::Done;
    Ok(IssueView {
        id: row.id,
        plugin: row.plugin_id,
        draft: row.draft_id,
        settings_version: row.settings_version,
        sorts,
        per_minute,
        state: row.state.name().to_owned(),
        problem: row.problem,
        counted,
        dealt: dealt(issued),
        no_longer_follow: is_done.then(|| there_were.saturating_sub(there_are)),
        next_at: (row.state == IssueState::Running).then_some(row.next_at),
        created_at: row.created_at,
        created_by: row.created_by,
        changed_at: row.changed_at,
        changed_by: row.changed_by,
    })
}

/// By plugin, sort and kind, as they come.
fn dealt(issued: &[IssuedCount]) -> Vec<Dealt> {
    let mut dealt: Vec<Dealt> = Vec::new();
    for own in issued {
        let is_same = |last: &&mut Dealt| {
            last.plugin == own.plugin_id && last.sort == own.sort && last.kind == own.kind
        };
        if dealt.last_mut().filter(is_same).is_none() {
            let (plugin, sort) = (own.plugin_id.clone(), own.sort.clone());
            let (kind, withheld) = (own.kind.clone(), Default::default());
            dealt.push(Dealt { plugin, sort, kind, given: 0, withheld });
        }
        let Some(last) = dealt.last_mut() else { continue };
        match own.fate {
            IssuedFate::Given => last.given += own.count.unsigned_abs(),
            other => {
                last.withheld.insert(other.name().to_owned(), own.count.unsigned_abs());
            }
        }
    }
    dealt
}
