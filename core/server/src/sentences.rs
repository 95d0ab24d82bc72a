//! What the command line says around what others say.

regulars_model::sentences! {
    in_order(id, version) "{id} {version} is in order" "{id} {version} 没有问题";
    found_errors(errors, warnings)
        "errors: {errors}, warnings: {warnings}"
        "错误 {errors} 处，警告 {warnings} 处";
    default_settings(fault) "its default settings: {fault}" "默认设置有误：{fault}";
    no_scenario(folder) "{folder} holds no scenario" "{folder} 中没有场景文件";
    not_packed(report)
        "it is not packed, for its scenarios fail\n{report}"
        "未打包，因为有场景未通过\n{report}";
    not_packed_without(folder)
        "it is not packed, for {folder} holds no scenario"
        "未打包，因为 {folder} 中没有场景文件";
    packed(file, bytes, by) "{file}: {bytes} bytes, {by}" "{file}：{bytes} 字节，{by}";
    signed_by(name) "signed by {name}" "签名者 {name}";
    not_signed() "unsigned" "未签名";
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
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
