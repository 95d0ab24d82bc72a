//! What is said of a value beside its own reason.

use jiff::tz::TimeZone;
use regulars_model::{Currency, Instant, Shape, Value, said::Say, text::Language};
use regulars_rules::sentence::write;
use std::borrow::Cow;

regulars_model::sentences! {
    never_set(title) "{title} has had no reason to set this yet." "{title}尚无理由设置此项。";
    said_nothing(title)
        "{title} was asked, and said nothing of this."
        "已询问“{title}”，它对此项没有作出判定。";
    failed(title, fault)
        "{title} failed when it was asked: {fault}"
        "询问“{title}”时出错：{fault}";
    turns(field, value, time)
        "If nothing happens, {field} becomes {value} at {time}."
        "若不再发生任何事，{field}将于{time}变为“{value}”。";
    stays(field)
        "If nothing happens, {field} stays as it is."
        "若不再发生任何事，{field}将一直不变。";
    stays_so_far(field, time)
        "If nothing happens, {field} stays as it is until {time} at least; what comes after was not looked at."
        "若不再发生任何事，{field}至少到{time}不会变；更远未作推算。";
    more(amount, input, field, value)
        "{amount} more of {input}, and {field} becomes {value}."
        "{input}再增加{amount}，{field}即变为“{value}”。";
    more_before(amount, input, time, field, value)
        "{amount} more of {input} before {time}, and {field} becomes {value}."
        "{time}之前{input}再增加{amount}，{field}即变为“{value}”。";
    less(amount, input, field, value)
        "{amount} less of {input}, and {field} becomes {value}."
        "{input}减少{amount}，{field}即变为“{value}”。";
    less_before(amount, input, time, field, value)
        "{amount} less of {input} before {time}, and {field} becomes {value}."
        "{time}之前{input}减少{amount}，{field}即变为“{value}”。";
    of_customer(name)
        "{name} is what is known of the customer; what it would have to be is not looked for."
        "{name}是客户本身的信息，不推算它要变成什么。";
    of_event(name)
        "{name} is of the event that was decided on; another event is not made up."
        "{name}属于当时判定的事件，不假设另一个事件。";
    of_time() "Time alone brings this; see until when the value holds." "这只取决于时间，请看该值保持到何时。";
    no_amount(input)
        "{input} is neither a count nor a sum, so what would move it is not guessed."
        "{input}不是计数或合计，不猜测什么会改变它。";
    below_nothing(input) "{input} can not become less than nothing." "{input}不会小于零。";
    changes_nothing(input, to)
        "{input} at {to} would change nothing by itself."
        "仅{input}变为{to}，不会改变结果。";
    not_repeatable(field)
        "Asked once more, the rule sets {field} anew, so what would change it can not be told."
        "再询问一次，规则又会重新设置{field}，因此无法说明怎样才会改变。";
    not_looked_further()
        "There are more comparisons than are tried for one answer."
        "比较过多，未逐一推算。";
}

/// A value of a shape, as people write it.
pub(super) struct Written<'a> {
    pub shape: &'a Shape,
    pub value: &'a Value,
    pub currency: Currency,
}

impl Say for Written<'_> {
    fn say(&self, language: Language) -> Cow<'_, str> {
        write(Some(self.shape), self.value, self.currency, language).into()
    }
}

/// An instant on the clock of the customer's home store.
pub(crate) struct LocalTime<'a>(pub Instant, pub &'a TimeZone);

impl Say for LocalTime<'_> {
    fn say(&self, language: Language) -> Cow<'_, str> {
        let (local, _) = self.0.local(self.1);
        let format = match language {
            Language::English => "%Y-%m-%d %H:%M",
            Language::Chinese => "%Y年%-m月%-d日%H:%M",
        };
        local.strftime(format).to_string().into()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
