//! A correction as a sentence, written when it is made: it outlives names and labels.

use super::Writer;
use crate::{explain::LocalTime, view::CorrectionContent};
use regulars_model::{
    Instant, Value,
    said::{Said, Say},
    text::{Bilingual, Language},
};
use regulars_rules::{play::FieldMoved, sentence::write};
use std::borrow::Cow;

regulars_model::sentences! {
    by_event(kind, time, changes)
        "{kind} of {time} changed what had been decided: {changes}."
        "{time}的“{kind}”更正了先前的判定：{changes}。";
    by_events(count, changes)
        "{count} events that came late changed what had been decided: {changes}."
        "补录的{count}个事件更正了先前的判定：{changes}。";
    by_configuration(plugin, changes)
        "Changed rules of {plugin} changed what had been decided: {changes}."
        "“{plugin}”的规则有变，更正了先前的判定：{changes}。";
    run_again(changes)
        "What could not be decided before was decided: {changes}."
        "先前未能作出的判定现已作出：{changes}。";
    moved(field, from, to) "{field} is {to} and was {from}" "{field}由“{from}”改为“{to}”";
    was_otherwise(field, time)
        "{field} is what it was, but another from {time} for a while"
        "{field}现值不变，但自{time}起有一段时间的值已更正";
    tag_added(tag) "the tag {tag} is there" "加上标签“{tag}”";
    tag_removed(tag) "the tag {tag} is gone" "去掉标签“{tag}”";
    stage(from, to) "the lifecycle is {to} and was {from}" "生命周期由“{from}”改为“{to}”";
    work_withdrawn(count) "taken back before anybody saw to it: {count}" "未执行而撤回：{count}项";
    work_corrected(count) "done or sent already, and marked: {count}" "已执行或已发出、标记为已更正：{count}项";
    work_back(count) "given after all: {count}" "重新下达：{count}项";
}

impl Writer<'_> {
    pub(super) fn sentence(&self, content: &CorrectionContent, moved: &[FieldMoved]) -> Bilingual {
        let changes = self.changes(content, moved);
        let changes = Clauses(&changes);
        let cause = &content.cause;
        let said = match (&*cause.events, &*cause.versions) {
            ([one], _) => by_event(self.kind(&one.kind), self.time(one.occurred_at), changes),
            ([], [first, ..]) => by_configuration(self.plugin(&first.plugin), changes),
            ([], []) => run_again(changes),
            (several, _) => by_events(several.len() + cause.more_events, changes),
        };
        said.text
    }

    fn changes(&self, content: &CorrectionContent, fields: &[FieldMoved]) -> Vec<Said> {
        let mut said: Vec<Said> = fields.iter().map(|moved| self.moved(moved)).collect();
        said.extend(content.tags_added.iter().map(tag_added));
        said.extend(content.tags_removed.iter().map(tag_removed));
        said.extend(content.lifecycle.as_ref().map(|own| stage(own.from.name(), own.to.name())));
        let work = || content.tasks.iter().chain(&content.messages);
        let count = |state: &str| work().filter(|own| own.state == state).count();
        let (gone, marked) = (count("withdrawn"), count("corrected"));
        let back = work().count() - gone - marked;
        said.extend((gone > 0).then(|| work_withdrawn(gone)));
        said.extend((marked > 0).then(|| work_corrected(marked)));
        said.extend((back > 0).then(|| work_back(back)));
        said
    }

    fn moved(&self, own: &FieldMoved) -> Said {
        let home = self.configuration.units.or_organisation(self.customer.home_unit_id).currency;
        let declared = self.declared(own);
        let field = declared.map_or_else(
            || Bilingual { en: own.field.to_string(), zh_cn: own.field.to_string() },
            |declared| declared.label.clone(),
        );
        if own.from == own.to {
            return was_otherwise(field, self.time(own.since));
        }
        let shape = declared.map(|declared| &declared.shape);
        let written = |value: &Value| Bilingual {
            en: write(shape, value, home, Language::English),
            zh_cn: write(shape, value, home, Language::Chinese),
        };
        moved(field, written(&own.from), written(&own.to))
    }

    fn kind(&self, kind: &str) -> Bilingual {
        let title = self.configuration.registry.title_of_event(kind);
        title.unwrap_or_else(|| Bilingual { en: kind.to_owned(), zh_cn: kind.to_owned() })
    }

    fn plugin(&self, id: &str) -> Bilingual {
        let plugin = self.configuration.plugins.get(id);
        let title = plugin.map(|plugin| plugin.manifest.title.clone());
        title.unwrap_or_else(|| Bilingual { en: id.to_owned(), zh_cn: id.to_owned() })
    }

    fn time(&self, at: Instant) -> LocalTime<'_> {
        LocalTime(at, self.configuration.units.zone(self.customer.home_unit_id))
    }
}

/// One after the other.
struct Clauses<'a>(&'a [Said]);

impl Say for Clauses<'_> {
    fn say(&self, language: Language) -> Cow<'_, str> {
        let clauses: Vec<&str> = self.0.iter().map(|said| said.get(language)).collect();
        let between = match language {
            Language::English => "; ",
            Language::Chinese => "；",
        };
        clauses.join(between).into()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
