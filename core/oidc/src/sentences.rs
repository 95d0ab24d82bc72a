//! What is wrong with the settings, with what the provider answers, or with what it says of somebody.

regulars_model::sentences! {
    // The settings.
    not_read(file, error) "{file} cannot be read: {error}" "无法读取 {file}：{error}";
    wrong_file(file, error) "{file}: {error}" "{file} 有误：{error}";
    wrong_address(name, value)
        "{name} is `{value}`; expected an address that begins with https:// and has no `#`; http:// is taken \
         on this machine only"
        "{name} 为 `{value}`；应为以 https:// 开头且不含 `#` 的地址，只有本机地址可用 http://";
    issuer_without_query(value)
        "issuer is `{value}`; an issuer's address has no query"
        "issuer 为 `{value}`；签发者的地址不能带查询参数";
    empty(name) "{name} is empty" "{name} 为空";
    no_secret(variable)
        "the client's secret is missing: name its file as client_secret_file, or set {variable}"
        "缺少客户端密钥：请用 client_secret_file 指定密钥文件，或设置 {variable}";
    two_secrets(variable)
        "the client's secret is given twice, by client_secret_file and by {variable}; keep one of them"
        "客户端密钥给了两次：client_secret_file 和 {variable}；请只保留一个";
    no_openid() "scopes must hold `openid`" "scopes 必须包含 `openid`";
    no_email_scope()
        "link_by_email needs the scope `email`"
        "link_by_email 需要 scopes 中包含 `email`";
    no_linking()
        "domains say whose e-mail addresses are linked, so they need link_by_email = true"
        "domains 用来限定哪些邮箱可以关联账号，须同时设置 link_by_email = true";
    wrong_domain(domain)
        "domains hold `{domain}`; expected a name such as chain.example"
        "domains 中的 `{domain}` 有误；应为 chain.example 这样的域名";
    no_authority(file)
        "{file} holds no certificate (PEM)"
        "{file} 中没有证书（PEM 格式）";

    // What it answers.
    no_answer(error) "the identity provider does not answer: {error}" "身份提供方没有响应：{error}";
    too_many_at_once()
        "too many log in by the identity provider at once; try again"
        "同时通过身份提供方登录的人过多，请重试";
    wrong_status(status)
        "the identity provider answers with status {status}"
        "身份提供方返回了状态码 {status}";
    wrong_answer()
        "the identity provider's answer is not the JSON that was asked for"
        "身份提供方返回的不是所要求的 JSON";
    other_issuer(theirs, own)
        "the provider calls itself `{theirs}`, the configured issuer is `{own}`; both must be the same to \
         the letter"
        "身份提供方自称 `{theirs}`，而配置的 issuer 是 `{own}`；两者必须逐字相同";
    wrong_endpoint(url)
        "the provider names `{url}`, which is no https:// address"
        "身份提供方给出的 `{url}` 不是 https:// 地址";
    we_are_refused(error)
        "the identity provider refuses this server: {error}; look at client id, secret and redirect address"
        "身份提供方拒绝了本服务器：{error}；请检查客户端 ID、密钥和重定向地址";
    code_refused()
        "the identity provider does not take the code: it is over, was used, or belongs to another log-in"
        "身份提供方不接受这个授权码：它已过期、已使用过，或属于另一次登录";

    // What it says.
    no_token() "the identity provider's token cannot be read" "无法读取身份提供方的令牌";
    wrong_algorithm(name, taken)
        "the token is signed by `{name}`; only {taken} are taken"
        "令牌的签名算法是 `{name}`；只接受 {taken}";
    no_such_key() "the token is signed with a key that the provider does not publish" "令牌所用的签名密钥不在身份提供方公布的密钥之中";
    wrong_signature() "the token's signature does not hold" "令牌的签名无效";
    wrong_issuer() "the token is from another issuer" "令牌来自另一个签发者";
    wrong_audience() "the token is for another audience" "令牌不是签发给本系统的";
    wrong_party() "the token was issued to another client" "令牌是签发给另一个客户端的";
    no_times() "the token does not say when it was issued, or until when it holds" "令牌没有注明签发时间或有效期";
    token_over() "the token is over" "令牌已过期";
    token_ahead() "the token holds from later on; compare the clocks" "令牌尚未生效，请核对双方的时钟";
    wrong_nonce() "the token belongs to another log-in" "令牌属于另一次登录";
    wrong_token_hash() "the token does not fit the access token beside it" "令牌与同时返回的访问令牌不符";
    no_subject(claim, most)
        "the token has no claim `{claim}`, a text of 1 to {most} characters, which is to name the account"
        "令牌中没有声明 `{claim}`（1 至 {most} 个字符的文本），而账号要由它来确定";
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
