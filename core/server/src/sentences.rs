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
    nothing_to_build(plugin)
        "{plugin} is a script: there is nothing to build"
        "{plugin} 是脚本，无需构建";
    built(file, bytes)
        "{file}: {bytes} bytes, a component with its manifest"
        "{file}：{bytes} 字节，已带清单的组件";
    no_crate(folder, file)
        "{folder} has no {file}: only a Rust crate is built here; of a module built otherwise \
         `regulars plugin wrap` makes a component"
        "{folder} 中没有 {file}：这里只构建 Rust crate；用其他方式构建的模块，请用 `regulars plugin wrap` 制成组件";
    no_cargo()
        "there is no cargo: a Rust plugin is built with Rust, from https://rustup.rs"
        "找不到 cargo：构建 Rust 插件需要 Rust，可从 https://rustup.rs 安装";
    cargo_fails(error) "cargo does not run: {error}" "无法运行 cargo：{error}";
    no_module(folder, file)
        "cargo built no module of {folder}: its {file} says under [lib] \
         `crate-type = [\"cdylib\", \"rlib\"]`"
        "cargo 没有为 {folder} 生成模块：{file} 的 [lib] 下应写 `crate-type = [\"cdylib\", \"rlib\"]`";
    not_compiled(folder) "{folder} does not compile; see above" "{folder} 编译失败，原因见上";
    no_target(target)
        "this Rust can not compile for {target}; run `rustup target add {target}`, and build again"
        "当前的 Rust 不能编译到 {target}；请先运行 `rustup target add {target}`，再重新构建";
    watching(folder) "watching {folder}; Ctrl-C ends it" "正在监视 {folder}，按 Ctrl-C 结束";
    changed(files) "changed: {files}" "有改动：{files}";
    in_force_stays() "what was in force stays" "仍沿用之前生效的版本";
    no_server(folder)
        "no server holds a database file here; start one with `regulars --plugins {folder} serve --dev`"
        "这里没有服务器在使用数据库文件；请用 `regulars --plugins {folder} serve --dev` 启动一个";
    taken(address, version)
        "in force at {address}, settings version {version}"
        "已在 {address} 生效，设置版本 {version}";
    not_taken(address, folder)
        "the server at {address} has not taken it: its log says why, or it was not started with \
         --dev and with {folder} among its --plugins"
        "{address} 上的服务器没有采用它：原因见其日志，或者启动时没有加 --dev，或 --plugins 中没有 {folder}";
    not_measured(report)
        "it is not measured, for its scenarios fail\n{report}"
        "未测量，因为有场景未通过\n{report}";
    nothing_asked(folder)
        "{folder} asks it nothing, so there is nothing to measure"
        "{folder} 中的场景没有调用该插件，没有可测量的内容";
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
