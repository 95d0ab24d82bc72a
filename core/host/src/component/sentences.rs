//! Why a component is not loaded, and what to do.

regulars_model::sentences! {
    // Its bytes.
    not_wasm() "it is not WebAssembly" "它不是 WebAssembly";
    core_module()
        "it is a core module, not a component; wrap it with `regulars plugin wrap`"
        "它是核心模块而不是组件；请用 `regulars plugin wrap` 制成组件";
    other_wasm() "it is a WebAssembly of another version" "它是其他版本的 WebAssembly";
    cut_short() "it is cut short" "文件不完整，末尾被截断";
    two_manifests() "it carries two manifests" "它带有两份清单";
    no_manifest()
        "it carries no manifest; wrap its core module with `regulars plugin wrap`"
        "它没有带清单；请用 `regulars plugin wrap` 把核心模块制成组件";
    manifest_not_utf8() "its manifest is not UTF-8 text" "它的清单不是 UTF-8 文本";
    not_wrapped(error) "it can not be made a component: {error}" "无法制成组件：{error}";

    // What it asks for and offers.
    not_valid(error) "it is not a valid component: {error}" "它不是有效的组件：{error}";
    wit_package() "it is a WIT package, not a component" "它是 WIT 包而不是组件";
    imports_wasi(name, host)
        "it imports {name}, and {host} is all there is: build it for wasm32-unknown-unknown, which has no WASI"
        "它导入了 {name}，而这里只提供 {host}：请以 wasm32-unknown-unknown 为目标构建，该目标不含 WASI";
    imports(name, host)
        "it imports {name}, and {host} is all there is: a plugin has no clock, no files and no network"
        "它导入了 {name}，而这里只提供 {host}：插件不能使用时钟、文件和网络";
    other_major(found, own)
        "it exports {found}, and this server speaks {own}; build it with the SDK of this version"
        "它导出的是 {found}，而本服务器支持的是 {own}；请用该版本的 SDK 重新构建";
    no_export(own)
        "it does not export {own}; a rule is marked #[decide] in a crate with plugin!(\"plugin.toml\")"
        "它没有导出 {own}；规则应以 #[decide] 标注，所在 crate 应有 plugin!(\"plugin.toml\")";
    does_not_fit(abi, error)
        "it does not fit {abi}: {error}; build it with the SDK of this version"
        "它与 {abi} 不符：{error}；请用该版本的 SDK 重新构建";

    // Compiling it.
    odd_layout()
        "it is not laid out as a component of the SDK is; build it again"
        "它的结构与 SDK 构建的组件不同；请重新构建";
    too_much_effort(effort, most)
        "it would take too long to compile ({effort}, at most {most}); make its largest functions smaller"
        "编译耗时过长（{effort}，最多 {most}）；请缩小其中最大的函数";
    no_compile(error) "it does not compile: {error}" "无法编译：{error}";
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
