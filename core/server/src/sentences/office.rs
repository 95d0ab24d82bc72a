//! What head office is told of plugins, their settings, drafts and what follows from them.

regulars_model::sentences! {
    wrong_id(text, fault) "`{text}`: {fault}" "`{text}` 有误：{fault}";
    recorded(file, plugin) "{file}: a decision of {plugin}" "{file}：{plugin} 的一次判定";
    no_answer(error) "the server does not answer: {error}" "服务器没有响应：{error}";
    unreadable(path, error) "cannot read {path}: {error}" "无法读取 {path}：{error}";
    unwritable(path, error) "cannot write {path}: {error}" "无法写入 {path}：{error}";
    in_force(plugin, version, by) "{plugin} {version}{by} is in force" "{plugin} {version}{by}已生效";
    in_force_already(plugin, version, by)
        "{plugin} {version}{by} is in force already"
        "{plugin} {version}{by}早已生效";
    in_place_of(plugin, version, by, before)
        "{plugin} {version}{by} is in force, in place of {before}"
        "{plugin} {version}{by}已生效，取代 {before}";
    by(name) " by {name}" "（发布者 {name}）";
    decided_again(customers) "{customers} customers will be decided again" "将重新判定 {customers} 位客户";
    uninstalled(plugin)
        "{plugin} is uninstalled; what it decided stays on record"
        "{plugin} 已卸载；它作过的决定仍留有记录";
    pack_too_large(path, length, most)
        "{path} has {length} bytes; a packed plugin may have {most}"
        "{path} 有 {length} 字节；打包的插件最多 {most} 字节";
    at_hand(plugin, version)
        "{plugin} {version} is at hand, and not in force"
        "{plugin} {version} 已备好，尚未生效";
    decides_again(plugin, version)
        "{plugin} {version} decides again"
        "{plugin} {version} 重新开始判定";
    table_put(plugin, name, rows, hash)
        "{plugin}, table {name}: {rows} rows, {hash}"
        "{plugin}，表 {name}：{rows} 行，{hash}";
    not_a_table() "expected a file that ends in .csv or .json" "应为 .csv 或 .json 文件";
    in_file(file, error) "{file}: {error}" "{file} 有误：{error}";
    not_a_pair(text, shape) "`{text}` is not {shape}" "`{text}` 不符合 {shape} 的写法";
    listed(id, version, runtime, state, health)
        "{id} {version} ({runtime}, {state}, {health})"
        "{id} {version}（{runtime}，{state}，状态 {health}）";
    on() "on" "启用";
    off() "off" "停用";
    switched(plugin, state) "{plugin} is {state}" "{plugin} 已{state}";
    switched_in(plugin, state, units) "{plugin} is {state} in {units}" "{plugin} 在 {units} 已{state}";
    quarantine(sentence) "  quarantine: {sentence}" "  已隔离：{sentence}";
    holds(count, plugin)
        "  held: {count}; `regulars plugin held {plugin}` lists them"
        "  搁置 {count} 个判定；用 `regulars plugin held {plugin}` 列出";
    settings_version(plugin, version)
        "{plugin}, settings version {version}"
        "{plugin}，设置版本 {version}";
    the_default() "the default" "默认值";
    set_at(unit, since) "set at {unit} since {since}" "由 {unit} 设定，自 {since} 起";
    nothing_held() "no decision is held" "没有被搁置的判定";
    held_of(plugin, count) "{plugin}: {count} held" "{plugin}：搁置 {count} 个";
    rerun(plugin, decided, held)
        "{plugin}: {decided} decided, {held} still held"
        "{plugin}：已判定 {decided} 个，仍搁置 {held} 个";
    what_if_over(state) "the what-if was {state}" "假设推演已结束：{state}";
    what_if_cancelled() "it was cancelled" "已取消";
    of_customers() "customers" "位顾客";
    tried_in(units) " in {units}" "，试行于 {units}";
    everywhere() "everywhere" "整个组织";
    scheduled(at, to) "  at {at} to {to}" "  定于 {at}，范围：{to}";
    shadow(differ, customers, as_of)
        "  {differ} of {customers} customers differ from the rule beside it, as of {as_of}"
        "  {customers} 位顾客中有 {differ} 位与并行的规则结果不同，截至 {as_of}";
    shadow_step(name, count, with, without)
        "    {name}: {count} {with}, {without} without it"
        "    {name}：{count} 位为 {with}，不用它则为 {without}";
    shadow_work(sort, kind, with, without)
        "    {sort} {kind}: {with}, {without} without it"
        "    {sort} {kind}：{with}，不用它则为 {without}";
    none() "(none)" "（无）";
    total() "total" "合计";
    due(count)
        "{count} customers are due to be decided again; the server does so"
        "有 {count} 位顾客到期待重新判定，由服务器处理";
    of_settings(version) "settings {version}" "设置版本 {version}";
    a_minute(count) "{count}/min" "每分钟 {count} 个";
    nothing_left_out() "  nothing was left out" "  没有略去的工作";
    points(count) "{count} points" "{count} 积分";
    to_give(sort, kind, count, worth)
        "  {sort} {kind}: {count} to give{worth}"
        "  {sort} {kind}：待补发 {count} 个{worth}";
    no_store() "(no store)" "（无门店）";
    given_before() "(given before)" "（此前已发）";
    given(sort, kind, count, withheld)
        "  {sort} {kind}: given {count}{withheld}"
        "  {sort} {kind}：已补发 {count} 个{withheld}";
    withheld(why, count) ", {why} {count}" "，{why} {count} 个";
    no_longer_follow(count) "  {count} no longer follow" "  {count} 个已不再成立";
    unit_under(parent) "in {parent}" "属于 {parent}";
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
