//! The answer as text, for whoever reads one of the two languages.

use regulars_engine::{
    view::WhatIf,
    what_if::report::{Example, FieldChange, WorkCount},
};
use regulars_model::text::Language;
use std::{collections::BTreeSet, fmt::Write};

/// More of them stand in the JSON.
const EXAMPLES_SHOWN: usize = 5;

regulars_model::sentences! {
    now(plugin, changed, customers)
        "{plugin}: {changed} of {customers} customers would change now"
        "{plugin}：{customers} 位客户中，现在将有 {changed} 位发生变化";
    since(plugin, changed, customers, from)
        "{plugin}: {changed} of {customers} customers would stand otherwise, had this been in force since {from}"
        "{plugin}：若自 {from} 起生效，{customers} 位客户中将有 {changed} 位与现在不同";
    until(plugin, changed, customers, from, to)
        "{plugin}: {changed} of {customers} customers would have stood otherwise at {to}, had this been in force since {from}"
        "{plugin}：若自 {from} 起生效，到 {to} 为止，{customers} 位客户中有 {changed} 位会与当时不同";
    field(name, changed) "{name}: {changed} would change" "{name}：{changed} 位将变化";
    before() "before" "之前";
    after() "after" "之后";
    none() "(none)" "（无）";
    tag(name, gained, lost)
        "tag {name}: {gained} would gain it, {lost} lose it"
        "标签 {name}：{gained} 位将获得，{lost} 位将失去";
    work(sort, kind, plugin, after)
        "{sort} {kind} of {plugin}: {after} would follow"
        "{plugin} 的{sort} {kind}：将产生 {after} 个";
    follow_now(before) ", {before} follow now" "，目前为 {before} 个";
    amounts(after, before, unit)
        " ({after} {unit}, {before} now)"
        "（合计 {after} {unit}，目前 {before}）";
    task() "task" "任务";
    message() "message" "消息";
    voucher() "voucher" "优惠券";
    points() "points" "积分";
    custom() "effect" "自定义效果";
    near(percent, customers)
        "within {percent} % of a threshold: {customers}"
        "距离阈值不到 {percent}%：{customers} 位";
    held(count)
        "{count} decisions would be held: the rule fails at them"
        "{count} 个决定将被搁置：规则执行出错";
    no_store() "no store" "无门店";
    stands_now() "now " "现在";
    stands_then() "then" "之后";
    snapshot(hash) "snapshot {hash}" "快照 {hash}";
}

pub fn written(answer: &WhatIf, language: Language) -> String {
    let mut page = Page { text: String::new(), language };
    page.write(answer);
    page.text
}

struct Page {
    text: String,
    language: Language,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text += line;
        self.text.push('\n');
    }

    fn say(&mut self, said: regulars_model::said::Said) {
        let line = said.get(self.language).to_owned();
        self.line(&line);
    }

    fn word(&self, said: regulars_model::said::Said) -> String {
        said.get(self.language).to_owned()
    }

    fn write(&mut self, answer: &WhatIf) {
        let WhatIf { plugin, customers, changed, .. } = answer;
        let (changed, customers) = (changed.to_string(), customers.to_string());
        self.say(match (answer.from, answer.to) {
            (None, _) => now(plugin, changed, customers),
            (Some(from), None) => since(plugin, changed, customers, from.to_string()),
            (Some(from), Some(to)) => {
                until(plugin, changed, customers, from.to_string(), to.to_string())
            }
        });
        for (name, field) in &answer.fields {
            self.write_field(name, field);
        }
        for (name, change) in &answer.tags {
            self.line("");
            self.say(tag(name, change.gained.to_string(), change.lost.to_string()));
        }
        for count in &answer.work {
            self.write_work(count);
        }
        if let Some(close) = answer.near.as_ref().filter(|near| near.customers > 0) {
            self.line("");
            self.say(near(close.within_percent.to_string(), close.customers.to_string()));
            for (setting, count) in &close.by_setting {
                self.line(&format!("  {setting:24} {count:>10}"));
            }
        }
        if answer.held > 0 {
            self.line("");
            self.say(held(answer.held.to_string()));
        }
        for example in answer.examples.iter().take(EXAMPLES_SHOWN) {
            self.write_example(example);
        }
        self.line("");
        self.say(snapshot(&answer.snapshot));
    }

    fn write_field(&mut self, name: &str, change: &FieldChange) {
        self.line("");
        self.say(field(name, change.changed.to_string()));
        if change.transitions.is_empty() {
            return;
        }
        let (head_before, head_after) = (self.word(before()), self.word(after()));
        self.line(&format!("  {:20} {head_before:>10} {head_after:>10}", ""));
        let values: BTreeSet<&String> = change.before.keys().chain(change.after.keys()).collect();
        for value in values {
            let [before, after] = [&change.before, &change.after]
                .map(|counts| counts.get(value).copied().unwrap_or_default());
            self.line(&format!("  {value:20} {before:>10} {after:>10}"));
        }
        let nothing = self.word(none());
        self.line(&format!("  {nothing:20} {:>10} {:>10}", change.none_before, change.none_after));
        for step in change.transitions.iter().filter(|step| step.from != step.to) {
            let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| nothing.clone());
            self.line(&format!(
                "  {} → {}: {}",
                shown(&step.from),
                shown(&step.to),
                step.customers
            ));
        }
    }

    fn write_work(&mut self, count: &WorkCount) {
        let WorkCount { plugin, sort, kind, before, after, .. } = count;
        let sort = self.word(match sort.as_str() {
            "task" => task(),
            "message" => message(),
            "voucher" => voucher(),
            "points" => points(),
            _ => custom(),
        });
        let mut line = self.word(work(sort, kind, plugin, after.to_string()));
        if *before > 0 {
            line += &self.word(follow_now(before.to_string()));
        }
        if let (Some(before), Some(after)) = (count.points_before, count.points_after) {
            line += &self.word(amounts(after.to_string(), before.to_string(), self.word(points())));
        }
        for (currency, money) in &count.money {
            line += &self.word(amounts(&money.after, &money.before, currency));
        }
        let _ = write!(self.text, "\n{line}\n");
    }

    fn write_example(&mut self, example: &Example) {
        let store = example.store.clone().unwrap_or_else(|| self.word(no_store()));
        let (was, would_be) = (self.word(stands_now()), self.word(stands_then()));
        let sentence = |side: &regulars_engine::what_if::report::Side| {
            side.sentence.get(self.language).to_owned()
        };
        let (before, after) = (sentence(&example.before), sentence(&example.after));
        let Example { customer_id, field, .. } = example;
        let _ = write!(
            self.text,
            "\n{customer_id} ({store}), {field}\n  {was} {before}\n  {would_be} {after}\n"
        );
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
