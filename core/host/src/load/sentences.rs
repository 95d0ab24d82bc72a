//! Why a plugin is not loaded.

regulars_model::sentences! {
    no_file(path, error) "{path}: {error}" "无法读取 {path}：{error}";
    too_large(found, most) "{found} bytes; a plugin may have {most}" "{found} 字节；插件最多 {most} 字节";
    text_not_utf8(path) "{path}: is not UTF-8 text" "{path} 不是 UTF-8 文本";
    not_utf8(name) "{name} is not UTF-8 text" "{name} 不是 UTF-8 文本";
    other_manifest(name, manifest)
        "{name} was built with another {manifest} than the one beside it; build it again"
        "{name} 构建时所用的 {manifest} 与旁边的不同；请重新构建";
    other_runtime(runtime)
        "its manifest does not say runtime = \"{runtime}\""
        "清单中写的不是 runtime = \"{runtime}\"";
}
