//! What came of scenarios, in words.

use regulars_model::said::Word;

pub(super) const NONE: Word = Word("none", "无");
pub(super) const FUEL: Word = Word("fuel", "燃料");
pub(super) const OPERATIONS: Word = Word("operations", "运算");
pub(super) const KIB: Word = Word("KiB", "内存 KiB");
pub(super) const EFFECTS: Word = Word("effects", "效果");
pub(super) const COMPARISONS: Word = Word("comparisons", "比较");
pub(super) const HELD: Word = Word("held", "成立");
pub(super) const FAILED_TO_HOLD: Word = Word("failed to hold", "不成立");

regulars_model::sentences! {
    // Of a step.
    no_steps() "it has no step" "没有任何步骤";
    no_step(through, steps)
        "through: there is no step {through}; there are {steps}"
        "through：没有第 {through} 步；共有 {steps} 步";
    step(number, at) "step {number} at {at}" "第 {number} 步，{at}";
    stopped_at(heading, fault) "{heading}: {fault}" "{heading}处中止：{fault}";
    not_run(from, to) "steps {from} to {to} were not run" "第 {from} 至 {to} 步未运行";
    goes_back()
        "the clock does not go back; an event that comes late says `occurred_at`"
        "时钟不会倒退；迟到的事件请写明 `occurred_at`";
    did_not_end() "the play did not end" "推演没有结束";
    plugin_failed(fault) "the plugin failed: {fault}" "插件出错：{fault}";
    check_failed(fault) "check_settings failed: {fault}" "check_settings 出错：{fault}";
    wrong_settings(faults) "settings: {faults}" "settings 有误：{faults}";
    unknown_zone(name) "time_zone: `{name}` is not known" "time_zone：没有名为 `{name}` 的时区";
    unknown_currency(fault) "currency: {fault}" "currency 有误：{fault}";
    wrong_amount(fault) "amount: {fault}" "amount 有误：{fault}";
    wrong_lines(fault) "lines: {fault}" "lines 有误：{fault}";
    not_namespaced(name)
        "customer.fields.{name}: write it like \"jewellery-tiers.tier\""
        "customer.fields.{name}：请写成 \"jewellery-tiers.tier\" 的形式";
    no_table(name, known)
        "tables: there is no table `{name}`; declared: {known}"
        "tables：没有名为 `{name}` 的参考表；已声明的有：{known}";
    wrong_field(name, fault) "customer.fields.{name}: {fault}" "customer.fields.{name} 有误：{fault}";

    // Differences.
    differs(what, wanted, own)
        "{what}: expected {wanted}, got {own}"
        "{what}：应为 {wanted}，实为 {own}";
    differs_below(what, wanted, own)
        "{what}:\n  expected  {wanted}\n  got       {own}"
        "{what}：\n  应为      {wanted}\n  实为      {own}";
    no_such_field(name)
        "fields.{name}: the manifest declares no such field"
        "fields.{name}：清单没有声明这个字段";
    unchanged(name)
        "reasons.{name}: the field did not change in this step"
        "reasons.{name}：这一步没有改变该字段";
    too_much_fuel(most, unit, used)
        "fuel_max: expected at most {most} {unit}, got {used}"
        "fuel_max：最多应为 {most} {unit}，实为 {used}";

    // Recording a decision.
    failed_then(fault)
        "the plugin failed ({fault}), and no scenario expects that"
        "当时插件出错（{fault}），场景无法期望出错";
    of_engine()
        "what it took back was taken back by the engine, and not by the rule"
        "其中的撤回由引擎作出，不是规则作出的";
    not_written(error)
        "it can not be written as a scenario: {error}"
        "无法写成场景：{error}";
    of_installation()
        "it was decided because the plugin was installed, upgraded or switched on then, which no scenario has"
        "该判定是因当时安装、升级或启用插件而作，场景中没有这种情形";
    does_not_hold(report)
        "the scenario does not hold what it expects:\n{report}"
        "场景与其期望不符：\n{report}";
    rests_on_nothing() "the decision rests on nothing" "该判定没有任何依据";
    nothing_to_change() "the rule then has nothing to change" "规则没有可改变的内容";
    another_event() "another event is decided" "判定的是另一个事件";
    another_input(name) "the input {name} is another" "输入 {name} 不同";
    other_effects(own, wanted)
        "its effects would be {own} in place of {wanted}"
        "效果会是 {own}，而不是 {wanted}";
    not_repeated(why)
        "no scenario repeats it: {why}. It may rest on an earlier version of the plugin, on stores that the plugin covered later, on other plugins, or on a text that is not recorded"
        "没有场景能重现它：{why}。它可能依据了插件的旧版本、插件后来才覆盖的门店、其他插件，或未被记录的文本";

    // The report.
    variant(name, title) "{name}, what if: {title}" "{name}，假设：{title}";
    taken(fuel, effects) "  (fuel {fuel}, effects {effects})" "（燃料 {fuel}，效果 {effects} 个）";
    passed(name) "ok      {name}" "通过    {name}";
    failed(name) "FAILED  {name}" "未通过  {name}";
    one_passed(failed) "1 scenario passed, {failed} failed" "通过 1 个场景，未通过 {failed} 个";
    all_passed(passed, failed)
        "{passed} scenarios passed, {failed} failed"
        "通过 {passed} 个场景，未通过 {failed} 个";
    seen_both_ways(both, all)
        "comparisons seen to hold and not to hold: {both} of {all}"
        "成立与不成立都出现过的比较：{both}/{all}";
    never(comparison, which) "  {comparison} never {which}" "  {comparison} 从未{which}";
    texts_never_given(texts) "texts never given: {texts}" "从未给出的文案：{texts}";
    most_for_one(parts) "most for one entry: {parts}" "单个条目最多：{parts}";
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
