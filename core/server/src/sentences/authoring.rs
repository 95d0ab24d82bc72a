//! What integrators are told while they make a plugin.

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
    no_file_name(name)
        "`{name}` can not name a file; the keys are made in this folder"
        "`{name}` 不能用作文件名；密钥会生成在当前文件夹中";
    private_key(file, name)
        "{file} signs; whoever has it can publish as {name}, so keep it to yourself"
        "{file} 用于签名；持有者可以 {name} 的名义发布，请妥善保管";
    public_key(file, key) "{file} is for those who install:\n{key}" "{file} 交给安装插件的一方：\n{key}";
    wrong_key(file, fault) "{file}: {fault}" "{file} 有误：{fault}";
    is_a_plugin(folder)
        "{folder} is a plugin: days with a purchase make a regular."
        "{folder} 是一个插件：有购买的日子够多，就是常客。";
    build_makes(folder)
        "regulars plugin build {folder}     makes a component of it"
        "regulars plugin build {folder}     把它构建成组件";
    check_says(folder)
        "regulars plugin check {folder}     says what is wrong with it"
        "regulars plugin check {folder}     指出其中的错误";
    test_runs(folder)
        "regulars plugin test {folder}      runs its scenarios"
        "regulars plugin test {folder}      运行它的场景";
    no_plugin_id(id, fault)
        "`{id}` can not be a plugin's id: {fault}"
        "`{id}` 不能用作插件的 id：{fault}";
    needs_sdk()
        "--rust needs --sdk PATH: the SDK is in no registry yet, so say where `sdk/rust` of a copy of \
         Regulars lies"
        "--rust 需要 --sdk PATH：SDK 尚未发布到任何仓库，请指明一份 Regulars 源码中 `sdk/rust` 的位置";
    no_sdk(path)
        "--sdk {path}: there is no Cargo.toml of `regulars-sdk`; it is `sdk/rust` of a copy of Regulars"
        "--sdk {path}：这里没有 `regulars-sdk` 的 Cargo.toml；应为一份 Regulars 源码中的 `sdk/rust`";
    plugin_failed(fault) "the plugin failed: {fault}" "插件出错：{fault}";
    measured(id, version, entries)
        "{id} {version}: {entries} entries of its scenarios"
        "{id} {version}：其场景中的 {entries} 个条目";
    a_call(batch, own, a_second, other)
        "{batch} a call: {own} µs an entry, {a_second} a second; a script that does nothing {other} µs"
        "每次调用 {batch} 条：每条 {own} µs，每秒 {a_second} 条；什么都不做的脚本 {other} µs";
    fuel_taken(most, unit, highest, median)
        "of {most} {unit} an entry takes {highest} at the most, {median} in the median"
        "每条最多用{unit} {highest}，中位数 {median}，上限 {most}";
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
    no_server(folder, variable)
        "no server holds a database file here; start one with `regulars --plugins {folder} serve --dev`, or \
         name one on Postgres by --server URL, with an API key in {variable}"
        "这里没有服务器在使用数据库文件；请用 `regulars --plugins {folder} serve --dev` 启动一个，\
         或用 --server URL 指明使用 Postgres 的服务器，并在 {variable} 中给出 API 密钥";
    needs_key(variable)
        "--server needs an API key of that server in {variable}"
        "--server 需要在 {variable} 中给出该服务器的 API 密钥";
    no_url(text)
        "`{text}` is not the address of a server, such as http://127.0.0.1:7878"
        "`{text}` 不是 http://127.0.0.1:7878 这样的服务器地址";
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
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
