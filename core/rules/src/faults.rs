//! Why a plugin's answer is not taken.

use regulars_model::said::Word;

pub(crate) const MESSAGE: Word = Word("message", "消息");
pub(crate) const VOUCHER: Word = Word("voucher", "优惠券");
pub(crate) const CUSTOM: Word = Word("custom effect", "自定义效果");

regulars_model::sentences! {
    too_many_effects(found, most) "{found} effects, at most {most}" "给出了 {found} 个效果，最多 {most} 个";
    too_many_conditions(found, most)
        "{found} conditions, at most {most}"
        "给出了 {found} 个条件，最多 {most} 个";
    too_many_wakes(most) "more than {most} wakes" "唤醒超过 {most} 个";
    undeclared_field(name) "field `{name}` is not declared" "字段 `{name}` 未在清单中声明";
    unfit_field(name)
        "field `{name}` was given a value that is not of its shape"
        "给字段 `{name}` 的值与其类型不符";
    undeclared_event(name) "event `{name}` is not declared" "事件 `{name}` 未在清单中声明";
    undeclared_text(name) "text `{name}` is not declared" "文案 `{name}` 未在清单中声明";
    undeclared(sort, name) "{sort} `{name}` is not declared" "{sort} `{name}` 未在清单中声明";
    tag_not_granted(name) "tag `{name}` is not granted" "清单未授权标签 `{name}`";
    lifecycle_not_granted(name) "lifecycle `{name}` is not granted" "清单未授权阶段 `{name}`";
    task_not_granted(name) "task `{name}` is not granted" "清单未授权任务 `{name}`";
    points_not_granted(name) "points of `{name}` are not granted" "清单未授权 `{name}` 的积分";
    wakes_too_early(key, at, now)
        "wake `{key}` at {at} does not lie after {now}"
        "唤醒 `{key}` 的时刻 {at} 不在 {now} 之后";
    too_many_bytes(name, found, most)
        "event `{name}` carries {found} bytes, at most {most}"
        "事件 `{name}` 带有 {found} 字节的数据，最多 {most} 字节";
    withdraws_event(name)
        "withdrawing event `{name}` is the engine's own"
        "只有引擎能撤回事件 `{name}`";
    other_variables(sort, name, takes, given)
        "{sort} `{name}` takes {takes} variables, {given} were given"
        "{sort} `{name}` 需要 {takes} 个变量，给了 {given} 个";
    other_values(name, takes, given)
        "text `{name}` takes {takes} values, {given} were given"
        "文案 `{name}` 需要 {takes} 个值，给了 {given} 个";
    wrong_key(most) "a key has 1 to {most} characters" "键应有 1 至 {most} 个字符";
    round_too_many(name, round, most)
        "event `{name}` would open round {round} of its instant, at most {most} are decided"
        "事件 `{name}` 会在同一时刻引出第 {round} 轮，而最多判定 {most} 轮";
    too_few_answers()
        "the plugin gave fewer answers than it was asked rows"
        "插件给出的结果少于询问的行数";
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
