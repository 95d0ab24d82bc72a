//! Why a request about customers, events, work or staff is refused.

regulars_model::sentences! {
    // What is not there.
    no_such(what, id) "there is no {what} {id}" "没有找到{what} {id}";
    no_unit(code) "there is no unit `{code}`" "没有代码为 `{code}` 的组织单位";
    no_store(code) "there is no store `{code}`" "没有代码为 `{code}` 的门店";
    no_customer(id) "there is no customer {id}" "没有顾客 {id}";
    no_field_owner(field, known)
        "no plugin owns a field {field}; owned are {known}"
        "没有插件拥有字段 {field}；已有的是 {known}";
    no_counted_field(field)
        "there is no field `{field}`; expected lifecycle or NAMESPACE.FIELD, such as jewellery-tiers.tier"
        "没有字段 `{field}`；应为 lifecycle 或“命名空间.字段”，如 jewellery-tiers.tier";
    no_such_identity(customer, kind)
        "customer {customer} has no such {kind}"
        "顾客 {customer} 没有这个{kind}";
    no_customer_of_these()
        "no customer has any of these identities; say \"create\": true to create one"
        "没有顾客使用这些身份标识；如需新建，请加上 \"create\": true";
    no_action(name)
        "there is no action `{name}`; each is an operation's name"
        "没有名为 `{name}` 的操作；应为接口的操作名";

    // Who may not.
    role_may_not(role, action) "the role {role} may not {action}" "角色 {role} 无权执行此操作：{action}";
    not_before_password(role, action)
        "the role {role} may not {action} before the password is changed"
        "角色 {role} 须先修改密码，才能执行此操作：{action}";
    key_may_not(role, action)
        "this key of role {role} may not {action}"
        "此密钥（角色 {role}）无权执行此操作：{action}";
    not_for_some_units(action, role)
        "who acts for some units only may not {action}, as {role} or else"
        "只能代表部分组织单位者无权执行此操作：{action}（{role} 或其他角色皆然）";
    cashier_may_not(kind, kinds)
        "the role cashier may not record a {kind}, only {kinds}"
        "收银员不能记录 {kind}，只能记录 {kinds}";
    ask_about_own(units) "ask about units you act for: {units}" "只能查询您所代表的组织单位：{units}";
    personal_field(role, field)
        "the role {role} may not see `{field}`: it is personal"
        "角色 {role} 不能查看 `{field}`：它属于个人信息";
    own_sessions_only(role) "the role {role} may see its own sessions only" "角色 {role} 只能查看自己的会话";
    not_your_unit(code) "you may not act for `{code}`" "您无权代表 `{code}`";
    home_is_needed()
        "who acts for some units only may not take the home store away"
        "只能代表部分组织单位者不能清除顾客的归属门店";
    name_the_store() "you act for several stores; name the one" "您代表多家门店，请指明是哪一家";

    // Logging in.
    no_such_login() "there is no such login with this password" "登录名或密码不正确";
    token_unknown() "the token is not known" "令牌无效";
    session_over() "the session is over; log in again" "会话已结束，请重新登录";
    account_disabled() "the account is disabled" "该账号已停用";
    key_unknown() "the API key is not known" "API 密钥无效";
    key_revoked() "the API key has been revoked" "API 密钥已被吊销";
    key_expired() "the API key has expired" "API 密钥已过期";
    too_many_attempts(seconds)
        "too many attempts; try again in {seconds} s"
        "尝试次数过多，请在 {seconds} 秒后重试";
    too_many_log_ins() "too many log in at once; try again" "同时登录的人过多，请重试";
    no_provider()
        "no identity provider is configured; log in with a password"
        "没有配置身份提供方，请用密码登录";
    log_in_not_begun()
        "this log-in was not begun here, is over, or was finished already; begin again"
        "这次登录不是从这里发起的，或已超时，或已完成；请重新开始";
    not_linked(subject)
        "no account is linked with you; have an administrator set the subject `{subject}` on yours"
        "没有账号与您关联；请管理员在您的账号上设置 subject `{subject}`";
    only_by_provider()
        "this account has no password: it logs in by the identity provider"
        "该账号没有密码，须通过身份提供方登录";
    link_taken()
        "another account is linked with this subject"
        "另一个账号已与这个 subject 关联";
    subject_length(most)
        "expected 1 to {most} characters, as the identity provider has them"
        "应为身份提供方使用的 1 至 {most} 个字符";
    no_way_in()
        "an account without a password needs the subject by which the identity provider knows its owner"
        "没有密码的账号须有 subject，即身份提供方对其使用者的标识";
    no_password() "a key has no password; it can be revoked and made anew" "密钥没有密码；可以吊销后重新创建";
    not_the_password() "this is not the present password" "当前密码不正确";
    same_password() "expected another than the present one" "新密码不能与当前密码相同";
    former_password(count) "expected none of the last {count}" "不能使用最近 {count} 个用过的密码";
    soon_guessed()
        "this is soon guessed; several unrelated words are better"
        "这个密码容易被猜中；请用几个互不相关的词";
    days_or_null(least, most)
        "expected {least} to {most} days, or null for no limit"
        "应为 {least} 至 {most} 天，或用 null 表示不限";

    // Lengths and ranges.
    chars_between(least, most) "expected {least} to {most} characters" "应为 {least} 至 {most} 个字符";
    chars_up_to(most) "expected at most {most} characters" "最多 {most} 个字符";
    one_up_to(most) "expected 1 to {most}" "应为 1 至 {most}";
    at_most(most) "at most {most}" "最多 {most} 个";
    bytes_kept(bytes, most)
        "{bytes} bytes, at most {most} are kept"
        "有 {bytes} 字节，最多保存 {most} 字节";
    in_the_past() "this lies in the past" "该时刻已经过去";
    in_the_future() "this lies in the future" "该时刻在将来";
    later_than_now(now) "it is {now}; of later nothing is known" "现在是 {now}；之后的情况尚不可知";
    later_than_known(known_at)
        "what was known at {known_at} says nothing of later"
        "{known_at} 时的已知情况说明不了之后";
    kebab_case(example)
        "expected a word in kebab-case, such as {example}"
        "应为短横线命名的词，如 {example}";
    expected_one_of(words) "expected one of {words}" "应为以下之一：{words}";

    // Customers and identities.
    needs_identity()
        "a customer is created with at least one identity; a phone alone suffices"
        "新建顾客至少需要一个身份标识，仅有手机号也可以";
    give_identity() "give at least one identity to look for" "请至少给出一个要查找的身份标识";
    changed_since(there, sent)
        "it is at \"{there}\", you sent \"{sent}\""
        "当前版本为 \"{there}\"，您发送的是 \"{sent}\"";
    identity_of_customer(kind, customer)
        "the {kind} belongs to customer {customer} already; nothing was written"
        "该{kind}已属于顾客 {customer}，未写入任何内容";
    identity_of_other(kind)
        "the {kind} belongs to a customer you do not look after already; nothing was written"
        "该{kind}已属于您不负责的顾客，未写入任何内容";
    identity_just_given(kind)
        "the {kind} was just given to another customer"
        "该{kind}刚刚被分配给另一位顾客";
    identities_differ()
        "the identities belong to different customers; nothing was written"
        "这些身份标识属于不同的顾客，未写入任何内容";
    identities_most(most) "a customer has at most {most} identities" "一位顾客最多有 {most} 个身份标识";
    move_to_another() "the identity is to move to another customer" "身份标识应转移给另一位顾客";
    fields_of_plugin(namespace)
        "the fields of {namespace} belong to that plugin"
        "{namespace} 的字段归该插件所有";
    tags_bounded()
        "a tag has 1 to 64 characters, and a customer at most 100 tags"
        "标签应有 1 至 64 个字符，一位顾客最多 100 个标签";
    phone_masked() "the phone is masked; the whole number is needed" "手机号被打码，需要完整的号码";
    no_phone()
        "not a phone number, such as 138 0013 8000 or +852 5123 4567"
        "不是有效的电话号码，应如 138 0013 8000 或 +852 5123 4567";
    phone_virtual()
        "the phone is a virtual number, which does not stay with one person"
        "这是虚拟号码，不会长期属于同一个人";
    no_email() "not an e-mail address, such as name@example.com" "不是有效的邮箱地址，应如 name@example.com";
    no_code() "expected 1 to 128 characters without blanks" "应为 1 至 128 个字符，不含空白";
    no_own_id() "expected SYSTEM:ID, such as shop:10042" "应为“系统:编号”，如 shop:10042";
    object_of_changes() "expected an object of changes" "应为由修改项组成的对象";
    can_change(parts) "unknown; what can be changed is {parts}" "没有这一项；可以修改的有 {parts}";
    not_readable(error) "it can not be read: {error}" "无法读取：{error}";
    no_birthday()
        "expected a date such as 2001-05-03, or --05-03 without the year"
        "应为 2001-05-03 这样的日期，不含年份时写 --05-03";
    no_language() "expected en or zh-CN" "应为 en 或 zh-CN";

    // Events.
    kind_reserved() "this kind is recorded by the server itself" "这类事件由服务器自行记录";
    source_needed() "a source_id needs the source it is from" "给出 source_id 时须同时给出 source";
    source_reserved(source) "`{source}` is the server's own source" "`{source}` 是服务器自用的来源";
    source_id_reused(id, source)
        "source id {id} of source {source} was recorded with other content; nothing was written"
        "来源 {source} 的编号 {id} 已记录过其他内容，未写入任何内容";
    id_or_identities() "name the customer either by id or by identities" "请用 id 或身份标识之一指明顾客";
    bulk_needs_it() "a bulk line needs it, to be safe to resend" "批量行须有此项，才能安全地重发";
    key_reused()
        "this Idempotency-Key was sent before with another body, or to another route; nothing was written"
        "这个 Idempotency-Key 曾用于另一个请求体或另一个路径，未写入任何内容";
    secret_was_shown()
        "this was done when the key was first sent, and `made` says what was made; its secret was in that answer alone, and is not kept. If that answer never came, make another with a new Idempotency-Key"
        "首次发送这个键时已经执行，`made` 说明创建了什么；其中的密钥或密码只在那次应答中出现，系统不予保存。若没有收到那次应答，请换一个新的 Idempotency-Key 重新创建";
    others_were_faster() "other writers were faster every time; try again" "每次都被其他写入抢先，请重试";
    bad_cursor()
        "the cursor is not one this list gave; start without one"
        "游标不是由此列表给出的；请去掉游标重新开始";

    // Units, tasks, messages.
    currency_stays()
        "the currency of a unit can not change once there are customers"
        "已有顾客之后，不能再改变组织单位的币种";
    no_zone(name)
        "`{name}` is not an IANA time zone, such as Asia/Shanghai"
        "`{name}` 不是 Asia/Shanghai 这样的 IANA 时区";
    hour_of_day() "expected 0 to 23" "应为 0 至 23 的整数";
    unit_code() "a code is in kebab-case, such as store-12" "代码应为短横线命名，如 store-12";
    units_most(most) "there are at most {most} units" "组织单位最多 {most} 个";
    one_organisation()
        "there is one organisation, and it is there from the beginning"
        "组织只有一个，且一开始就存在";
    organisation_on_top() "the organisation stands at the top" "组织位于最顶层";
    below_a_store(code)
        "{code} is a store, and a store has nothing below it"
        "{code} 是门店，门店之下不能再有单位";
    below_itself() "a unit can not stand below itself" "组织单位不能位于自己之下";
    tree_depth(most) "the tree is at most {most} deep" "组织树最多 {most} 层";
    outcome_length()
        "expected 1 to 64 characters, such as reached or no-answer"
        "应为 1 至 64 个字符，如 reached 或 no-answer";
    postponed_ahead() "a task is postponed to an instant that lies ahead" "任务只能推迟到将来的时刻";
    no_state(name, known)
        "`{name}` is not a state; there are {known}"
        "`{name}` 不是有效的状态；可用的有 {known}";
    no_sort(name, known)
        "`{name}` is not a sort; there are {known}"
        "`{name}` 不是有效的种类；可用的有 {known}";
    task_not_in_state(state, verb)
        "the task is {state} and can not be {verb}"
        "任务的状态是 {state}，不能{verb}";
    message_not_in_state(state, verb)
        "the message is {state} and can not be marked {verb}"
        "消息的状态是 {state}，不能标记为{verb}";

    // Staff and keys.
    member_is_one()
        "a member is one customer, and has a token that is soon over"
        "会员即一位顾客，使用的是短期令牌";
    no_operation(name) "there is no operation `{name}`" "没有名为 `{name}` 的操作";
    not_of_role(role, action)
        "the role {role} may not {action} anyway"
        "角色 {role} 本来就无权执行 {action}";
    login_chars(most)
        "expected 1 to {most} of a-z, 0-9, dot, -, _ and @"
        "应为 1 至 {most} 个字符，只能用 a-z、0-9、点、-、_ 和 @";
    login_taken(login) "the login {login} is somebody's already" "登录名 {login} 已被使用";
    nobody_of_staff() "nobody of the staff has this id" "没有员工使用这个编号";
    no_staff_role()
        "this is no role of a person; machines have keys, customers have tokens"
        "这不是人员的角色；机器使用密钥，顾客使用令牌";
    somebody_else() "expected somebody else than who hands over" "接手者不能是移交者本人";
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
