//! What is wrong with a request before anybody looks at what it asks.

use regulars_model::said::Word;

pub const PROBLEM: Word = Word("problem", "问题代码");

regulars_model::sentences! {
    // The envelope.
    logged_under(id) "it is logged under {id}" "日志编号为 {id}";
    handler_panicked() "a handler panicked" "处理程序崩溃";
    open_route()
        "a handler that needs a key stands on an open route"
        "需要密钥的处理程序位于公开路径上";
    no_status(status) "{status} is no status" "{status} 不是有效的状态码";
    send_key()
        "send an API key as `Authorization: Bearer KEY`"
        "请以 `Authorization: Bearer KEY` 发送 API 密钥";
    see_allow() "see Allow for the methods this path takes" "该路径支持的方法见 Allow";
    no_route() "no route has this path" "没有这个路径";

    // Headers.
    send_etag()
        "send the ETag the record was read with as If-Match, such as \"7\""
        "请把读取记录时得到的 ETag 作为 If-Match 发送，如 \"7\"";
    one_etag()
        "If-Match takes one strong ETag as it was given, such as \"7\""
        "If-Match 应为一个原样的强 ETag，如 \"7\"";
    idempotency_key(most)
        "Idempotency-Key is one text of 1 to {most} printable ASCII characters"
        "Idempotency-Key 应为 1 至 {most} 个可打印的 ASCII 字符";
    send_type(expected) "send Content-Type: {expected}" "请发送 Content-Type: {expected}";
    expected_type(expected) "expected {expected}" "应为 {expected}";
    sent_as_utf8() "JSON is sent as UTF-8" "JSON 应以 UTF-8 编码发送";

    // Path and query.
    nul_in_path() "the path holds a NUL character" "路径中含有 NUL 字符";
    wrong_path(detail) "the path: {detail}" "路径有误：{detail}";
    nul_in_query() "the query holds a NUL character" "查询参数中含有 NUL 字符";
    query_not_utf8() "the query is not UTF-8" "查询参数不是 UTF-8";
    wrong_query(detail) "the query: {detail}" "查询参数有误：{detail}";

    // The body.
    broke_off() "the body broke off" "请求体中断";
    body_too_large(most) "a body here may have {most} bytes" "此处的请求体最多 {most} 字节";
    bulk_bytes(most)
        "one body may have {most} bytes; this line and what follows it were not read"
        "一个请求体最多 {most} 字节；这一行及其后的内容没有读取";
    bulk_lines(most)
        "one body may have {most} lines; this line and what follows it were not read"
        "一个请求体最多 {most} 行；这一行及其后的内容没有读取";
    line_too_long(most) "a line may have {most} bytes" "一行最多 {most} 字节";
    body_not_utf8(at) "the body is not UTF-8 at byte {at}" "请求体在第 {at} 字节处不是 UTF-8";
    not_json(error) "the body is not JSON: {error}" "请求体不是有效的 JSON：{error}";
    is_missing() "is missing" "缺少此项";
    given_twice() "is given twice" "重复给出";
    holds_nul() "holds a NUL character" "含有 NUL 字符";
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
