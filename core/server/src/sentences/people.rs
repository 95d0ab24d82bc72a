//! What is said of keys and accounts.

regulars_model::sentences! {
    key_made(name, role, key)
        "API key of {name}, role {role}. It is shown this once:\n{key}"
        "{name} 的 API 密钥，角色 {role}。只显示这一次：\n{key}";
    no_role(name, known) "`{name}` is not a role; there are {known}" "没有角色 `{name}`；可用的有 {known}";
    only(actions) ", only {actions}" "，仅限 {actions}";
    revoked(at) ", revoked {at}" "，已于 {at} 吊销";
    until(at) ", until {at}" "，有效期至 {at}";
    disabled(at) ", disabled {at}" "，已于 {at} 停用";
    nobody(login) "nobody has the login {login}" "没有登录名为 {login} 的员工";
    no_password(error) "the password cannot be read: {error}" "无法读取密码：{error}";
    password(text)
        "Password, shown this once, to be changed at the first log-in:\n{text}"
        "密码只显示这一次，首次登录时须修改：\n{text}";
    handed_over(customers, tasks, from, to)
        "{customers} customers and {tasks} tasks of {from} went to {to}"
        "{from} 的 {customers} 位顾客和 {tasks} 项任务已移交给 {to}";
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
