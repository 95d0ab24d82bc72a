//! Why a packed plugin is not read.

use regulars_model::said::Word;

pub(super) const PRIVATE: Word = Word("private", "私钥");
pub(super) const PUBLIC: Word = Word("public", "公钥");

regulars_model::sentences! {
    // The file.
    no_pack()
        "it is no packed plugin; `regulars plugin pack FOLDER` makes one"
        "它不是打包的插件；请用 `regulars plugin pack FOLDER` 打包";
    cut_short() "it is cut short" "文件不完整，末尾被截断";
    other_format(format, own)
        "it is of format {format}, and this version reads {own}; pack it again, or install a newer regulars"
        "它的格式是 {format}，而本版本读取的是 {own}；请重新打包，或安装更新的 regulars";
    long_header(length, most)
        "its header says it has {length} bytes; it may have {most}"
        "文件头声称有 {length} 字节；最多 {most} 字节";
    header_not_read(error) "its header can not be read: {error}" "无法读取文件头：{error}";
    header_not_written(error) "its header can not be written: {error}" "无法写入文件头：{error}";
    bytes_follow(more) "{more} bytes follow its end" "文件末尾之后还有 {more} 字节";
    other_signature(name)
        "its signature is not that of {name}: it was changed on its way, or somebody else made it; have it sent again"
        "签名不是 {name} 的：文件在途中被改动过，或由他人制作；请让对方重新发送";

    // What it holds.
    held_twice(path) "it holds `{path}` twice" "其中有两个 `{path}`";
    out_of_order() "its files are not in the order of their paths" "其中的文件没有按路径排序";
    holds_no(path) "it holds no {path}" "其中没有 {path}";
    too_many_scenarios(found, most)
        "it holds {found} scenarios; it may hold {most}"
        "其中有 {found} 个场景文件；最多 {most} 个";
    holds_other(path, manifest, entry, scenarios)
        "it holds `{path}`, and may hold {manifest}, {entry} and {scenarios}NAME.toml"
        "其中有 `{path}`，而只能有 {manifest}、{entry} 和 {scenarios}NAME.toml";
    long_scenario(path, found, most)
        "{path} has {found} bytes; a scenario may have {most}"
        "{path} 有 {found} 字节；场景文件最多 {most} 字节";
    not_utf8(path) "{path} is not UTF-8 text" "{path} 不是 UTF-8 文本";

    // Keys.
    no_key(sort, prefix)
        "it is no {sort} key: expected {prefix} and 64 hexadecimal digits"
        "它不是{sort}：应为 {prefix} 加 64 位十六进制数字";
    wrong_name(most)
        "a publisher's name has 1 to {most} characters, and none that can not be seen"
        "发布者名称应为 1 至 {most} 个字符，且不含不可见字符";
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
