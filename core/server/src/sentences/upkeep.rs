//! What is said of the database as a whole: its audit, backups, history brought in, the server on it.

regulars_model::sentences! {
    audit_is_empty() "there is no sealed entry yet" "还没有已封存的审计条目";
    audit_fits(entries, checkpoint)
        "{entries} entries fit; the last is {checkpoint}"
        "{entries} 条审计条目前后相符；最后一条为 {checkpoint}";
    audit_emptied(entries)
        "of {entries} of them before and after were removed; they fit all the same"
        "其中 {entries} 条的前后内容已被清除，仍然相符";
    audit_unsealed(entries, oldest)
        "{entries} more are not sealed, the oldest of {oldest}: a server that runs does so within a \
         second, and so does `regulars audit checkpoint`"
        "另有 {entries} 条尚未封存，最早的一条写于 {oldest}：运行中的服务器会在一秒内封存，\
         `regulars audit checkpoint` 也会";
    audit_missing(number)
        "entry {number} is missing, and later ones are there"
        "第 {number} 条缺失，而其后的条目还在";
    audit_changed(number, id)
        "entry {number} ({id}) does not fit: it is not what was sealed in its place"
        "第 {number} 条（{id}）不相符：它不是当初封存在此处的条目";
    audit_content_changed(number, id)
        "entry {number} ({id}) does not fit: before and after are not those it was written with"
        "第 {number} 条（{id}）不相符：前后内容不是写入时的内容";
    audit_unreadable(number, why)
        "entry {number} can not be read: {why}"
        "第 {number} 条无法读取：{why}";
    audit_cut(number, last)
        "the chain ends with entry {last}; the checkpoint is of entry {number}"
        "审计链止于第 {last} 条，而检查点是第 {number} 条";
    audit_replaced(number, id)
        "entry {number} ({id}) is not the one of the checkpoint: the chain was written anew"
        "第 {number} 条（{id}）与检查点不符：审计链被重写过";
    audit_refused() ", refused" "（被拒绝）";
    audit_gone() "before and after were removed" "前后内容已被清除";
    backup_not_entered(error)
        "the backup is not entered in the audit: {error}"
        "这次备份没有记入审计：{error}";
    verified(decisions, agreed, seed)
        "{agreed} of {decisions} decisions gave the same bytes again; seed {seed}"
        "{decisions} 条判定中有 {agreed} 条重新运行后逐字节一致；种子 {seed}";
    differed(count) "{count} differ; on record (-) and now (+):" "{count} 条不一致；记录（-）与现在（+）：";
    not_run_held(plugin, count)
        "{count} of {plugin} were not run: the plugin had failed at them"
        "{plugin} 有 {count} 条未运行：当时插件出错";
    not_run_of_engine(plugin, count)
        "{count} of {plugin} were not run: the engine took something back, and asked no plugin"
        "{plugin} 有 {count} 条未运行：由引擎收回，没有询问插件";
    not_run_missing(plugin, count)
        "{count} of {plugin} were not run: the files of that version are not here"
        "{plugin} 有 {count} 条未运行：这里没有该版本的文件";
    not_run_unknown(plugin, count)
        "{count} of {plugin} were not run: what they were asked with is not known"
        "{plugin} 有 {count} 条未运行：不知道当时的设置或输入";
    rows(count) "{count} rows" "{count} 行";
    file_is_there(file)
        "{file} is there already, and is not overwritten"
        "{file} 已存在，不会覆盖";
    backed_up(rows, file)
        "{rows} rows in {file}. It holds personal data: keep it as you keep the database."
        "{rows} 行已写入 {file}。其中有个人信息，请像数据库一样妥善保管。";
    restored(rows) "{rows} rows restored" "已恢复 {rows} 行";
    copied(rows)
        "{rows} rows copied. Two servers on the two of them would both send what is in the outbox."
        "已复制 {rows} 行。若两个服务器分别使用这两个数据库，发件箱中的内容会各发一次。";
    copy_broke_off() "the copy broke off" "复制中断";
    dev_elsewhere(address)
        "--dev runs whatever its folders hold, so it listens on this machine only, and not on {address}"
        "--dev 会运行文件夹中的任何内容，因此只在本机监听，不能监听 {address}";
    not_listening(address, error)
        "cannot listen on {address}: {error}; choose another with --listen"
        "无法监听 {address}：{error}；请用 --listen 另选一个";
    server_failed(error) "the server failed: {error}" "服务器出错：{error}";
    imported(read, seconds, events, created, repeated, left_out, rejected)
        "Read {read} rows in {seconds} s: {events} events and {created} new customers brought in, \
         {repeated} events were there already{left_out}{rejected}."
        "{seconds} 秒读取 {read} 行：导入事件 {events} 个，新增顾客 {created} 位，\
         已有事件 {repeated} 个{left_out}{rejected}。";
    rows_left_out(count)
        ", {count} rows left out by the map's `where`"
        "，按映射的 `where` 略去 {count} 行";
    rows_rejected(count, file)
        ", {count} rows rejected: see {file}"
        "，拒收 {count} 行，见 {file}";
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(regulars_model::said::check_sentences(super::ALL), Ok(()));
    }
}
