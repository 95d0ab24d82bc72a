//! Why a request about rules is refused, or cannot be answered.

regulars_model::sentences! {
    // Around others.
    and_more(first, more) "{first} (and {more} more)" "{first}（另有 {more} 处）";
    of_plugin(plugin, detail) "plugin {plugin}: {detail}" "插件 {plugin}：{detail}";
    for_unit(unit, fault) "for {unit}: {fault}" "对于 {unit}：{fault}";
    shutting_down() "the server is shutting down" "服务器正在关闭";
    being_done() "the same is being done; try again" "同样的请求正在处理，请重试";
    no_database_answer() "the database does not answer; try again" "数据库没有响应，请重试";
    server_failed() "the server failed; the log has the reason" "服务器出错，原因见日志";

    // Schemas.
    no_entity(entity)
        "there are schemas of customer and event, not {entity}"
        "只有 customer 和 event 有模式，没有 {entity}";
    fields_by_manifest(namespace)
        "the fields of {namespace} are that plugin's; its manifest gives their schema"
        "{namespace} 的字段归该插件所有，由其清单给出模式";
    breaks_data(count)
        "{count} stored values would break this schema; nothing was changed"
        "有 {count} 个已存的值不符合这个模式，未作任何改动";
    own_kind(kind) "events of kind {kind} are the server's own" "{kind} 事件是服务器自有的";

    // Plugins.
    no_plugin(id, known) "there is no plugin {id}; there are {known}" "没有插件 {id}；已有的是 {known}";
    no_setting(plugin, name, known)
        "{plugin} has no setting `{name}`; it has {known}"
        "{plugin} 没有名为 `{name}` 的设置；它的设置有 {known}";
    settings_not_checked(plugin, fault)
        "{plugin} could not check its settings: {fault}"
        "{plugin} 无法检查设置：{fault}";
    reads_no_tables(plugin) "{plugin} reads no tables" "{plugin} 不使用参考表";
    no_table(plugin, name, known)
        "{plugin} has no table {name}; it has {known}"
        "{plugin} 没有名为 {name} 的参考表；它的参考表有 {known}";
    not_accepted(plugin, version, settings, fault)
        "{plugin} {version} does not accept {settings}: {fault}"
        "{plugin} {version} 不接受{settings}：{fault}";
    not_recorded(decision, why)
        "decision {decision} is not recorded: {why}"
        "无法录制判定 {decision}：{why}";
    settings_unknown(version, name)
        "settings {version} of {name} are not known"
        "不知道 {name} 的第 {version} 版设置";
    files_gone(name) "the files of {name} are not here any more" "这里已没有 {name} 的文件";
    owned_by(id, name, key)
        "plugin {id} is {name}'s, with the key {key}; nobody else's can take its place"
        "插件 {id} 属于 {name}（密钥 {key}），他人的插件不能取代它";
    other_content(id, version)
        "{id} {version} was installed with other content; what differs needs a version of its own"
        "{id} {version} 曾以其他内容安装；内容不同须使用新的版本号";
    newer_in_force(id, newer, version)
        "{id} {newer} is in force, which is newer than {version}; `regulars plugin rollback {id}` puts the version before back"
        "现行版本是 {id} {newer}，比 {version} 新；可用 `regulars plugin rollback {id}` 恢复上一版本";
    fields_in_place(id)
        "there are custom fields called {id}, where its own would stand"
        "已有名为 {id} 的自定义字段，占用了插件字段的位置";
    given_by_folder(id)
        "plugin {id} is given by a folder of this server; take it out of there and start the server again, then it can be installed or uninstalled"
        "插件 {id} 来自本服务器的文件夹；请先从中移除并重启服务器，再安装或卸载";
    given_twice(id)
        "plugin {id} is installed, and a folder holds it too: take it out of the folder, or uninstall it while no --plugins names that folder"
        "插件 {id} 已安装，文件夹中也有一份：请从文件夹中移除，或在 --plugins 不含该文件夹时卸载它";
    does_not_load(id, version)
        "{id} {version} does not load here; the log has the reason"
        "{id} {version} 无法在此加载，原因见日志";
    other_in_force(id, version, sent)
        "{id} {version} is in force, not {sent}"
        "现行版本是 {id} {version}，不是 {sent}";
    no_version_before(id, version)
        "no version of {id} before {version} was installed here"
        "这里没有安装过早于 {version} 的 {id}";
    version_unknown(id, version, known)
        "{id} {version} was not installed here; installed were {known}"
        "这里没有安装过 {id} {version}；安装过的有 {known}";
    not_signed(unsigned)
        "the plugin is not signed; have its publisher sign it, or start regulars with --trust {unsigned}"
        "插件没有签名；请让发布者签名，或以 --trust {unsigned} 启动 regulars";
    not_trusted(name, key)
        "the plugin is signed by {name} with the key {key}, which is not trusted here; if that is the key {name} told you, start regulars with --trust {key}"
        "插件由 {name} 以密钥 {key} 签名，而此处不信任该密钥；如果它就是 {name} 告知您的密钥，请以 --trust {key} 启动 regulars";
    wrong_trust(line, fault, unsigned)
        "--trust `{line}`: {fault}; `{unsigned}` would be for plugins without a signature"
        "--trust `{line}` 有误：{fault}；无签名的插件请用 `{unsigned}`";
    config_outrun() "others are changing the configuration; try again" "其他人正在修改配置，请重试";
    config_restless() "the configuration changes all the time; try again" "配置一直在变动，请重试";

    // Quarantine and held decisions.
    files_missing(plugin) "the files of plugin {plugin} are missing" "缺少插件 {plugin} 的文件";
    set_aside(version)
        "version {version} was set aside, and is not asked"
        "版本 {version} 已被隔离，不再询问";
    not_quarantined(id, version) "{id} {version} is not quarantined" "{id} {version} 没有被隔离";
    set_aside_before(id, version, other)
        "{id} {version} is in force, in place of {other}, which was set aside; a newer version takes its place, and so does {other} where it is installed once more"
        "现行版本是 {id} {version}，取代了被停用的 {other}；可安装更新的版本，或重新安装 {other}";
    is_quarantined(id, version)
        "{id} {version} is quarantined; upgrade it, roll it back, or let it decide again by `regulars plugin release {id}`, and what is held is decided"
        "{id} {version} 已被隔离；请升级、回滚，或用 `regulars plugin release {id}` 让它重新判定，搁置的判定随之处理";
    rerun_most(most) "at most {most} customers go in one request" "一次请求最多包含 {most} 位顾客";
    sample_range(sample, most)
        "{sample}; a sample has from 1 to {most} decisions"
        "{sample} 不可用：样本应有 1 至 {most} 条判定";

    // Drafts and issues.
    being_tried(draft, id, stores)
        "{draft} of {id} is being tried in {stores}; publish it or abort it before anything else of {id} changes"
        "{id} 的草案 {draft} 正在 {stores} 试行；请先发布或中止它，再改动 {id}";
    is_in_force() "this is what is in force" "这就是现行的内容";
    no_part()
        "name the stores, or other parts of the organisation, to try it in"
        "请指明试行的门店或其他组织单位";
    whole_organisation(code)
        "{code} is the whole organisation; publish does that"
        "{code} 是整个组织，请直接发布";
    checked_before(draft, base, id, now)
        "{draft} was checked against settings {base} of {id}, and {now} are in force: check it again, and see what it would do now"
        "{draft} 检查时依据的是 {id} 的第 {base} 版设置，而现行的是第 {now} 版：请重新检查并查看现在的影响";
    came_later(draft, id, own, now)
        "{draft} of {id} came into force as settings {own}, and {now} are in force by now; what came later would be lost"
        "{id} 的草案 {draft} 以第 {own} 版设置生效，而现行的已是第 {now} 版；之后的改动会丢失";
    within_a_year() "expected an instant within a year" "应为一年之内的时刻";
    draft_state(draft, state, wanted)
        "{draft} is in the state {state}; for this it must be {wanted}"
        "{draft} 的状态是 {state}；此操作要求其状态为 {wanted}";
    draft_outrun(id) "others are changing {id}; read it and try again" "其他人正在修改 {id}，请重新读取后再试";
    draft_or_plugin() "say either which draft, or which plugin" "请指明草案或插件之一";
    no_sort_of_work(sort, known)
        "`{sort}` is not a sort of work; there are task, {known}"
        "`{sort}` 不是有效的工作种类；可用的有 task、{known}";
    still_to_decide(count)
        "{count} customers have still to be decided by what is in force; ask again once they are"
        "还有 {count} 位顾客有待按现行规则判定，请稍后再试";
    nothing_in_force(id, state)
        "{id} is {state}: nothing of it is in force"
        "{id} 的状态是 {state}，其内容没有生效";
    switched_off(plugin) "{plugin} is switched off" "{plugin} 已停用";
    left_out_then(then, plugin, now)
        "settings {then} of {plugin} left this out, and {now} are in force by now: what would have followed may follow no more"
        "这是 {plugin} 的第 {then} 版设置留下的，而现行的已是第 {now} 版：当时该有的后续可能不再成立";

    // What-if.
    script_or_package()
        "a package has a rule of its own: give one of the two"
        "安装包自带规则：脚本与安装包只能给出一个";
    is_component(id) "{id} is a component; give a package of it" "{id} 是组件，请给出它的安装包";
    not_base64(error) "not base64: {error}" "不是有效的 base64：{error}";
    package_of_other(id, asked)
        "the package is of {id}, and the question about {asked}"
        "安装包是 {id} 的，而问题是关于 {asked} 的";
    what_ifs_most(most)
        "this server runs {most} at a time; wait for one to end, or cancel it"
        "本服务器同时最多运行 {most} 个；请等待其中一个结束，或取消它";
    with_or_without() "with one draft, or without one: not both" "只能选择带一个草案或不带一个草案，不能两者兼有";
    left_out_since() "a draft is left out since it came into force" "排除草案时，以其生效之时为起点";
    moves_nobody(id) "{id} is switched off: no change of it moves anybody" "{id} 已停用，改动它不会影响任何人";
    draft_says() "a draft says which plugin it is about, and what changes" "草案已写明针对哪个插件、改动什么";
    nothing_since() "nothing has happened since then" "该时刻之后还没有任何事发生";
    nothing_until() "nothing has happened up to then" "到该时刻为止的事还没有发生";
    needs_from() "only what is replayed ends: say from when as well" "只有重放才有终点：请同时给出起点";
    ends_before(to, from) "{to} is not after {from}, where it begins" "{to} 不晚于起点 {from}";
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
