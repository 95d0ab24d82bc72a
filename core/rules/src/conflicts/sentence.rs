//! How plugins combine and what to do, said to head office and to whoever writes plugins.

use super::{ConflictKind, Installed};
use regulars_model::text::{Bilingual, Language, fill};

pub(super) fn sentence(kind: ConflictKind, thing: &str, plugins: &[&Installed]) -> Bilingual {
    let [en, zh_cn] = text(kind);
    let mut said = Bilingual {
        en: write(en, thing, plugins, Language::English),
        zh_cn: write(zh_cn, thing, plugins, Language::Chinese),
    };
    if is_shared(kind) && are_apart(plugins) {
        said.en.push_str(APART[0]);
        said.zh_cn.push_str(APART[1]);
    }
    said
}

/// In English and in Chinese.
fn text(kind: ConflictKind) -> [&'static str; 2] {
    match kind {
        ConflictKind::LifecycleTie => [
            "{ranked} vote for the stage of a customer, some with equal priority. The highest \
             priority wins, and among equals the id that comes first in the alphabet: here they \
             count in the order {ids}. A vote that loses is recorded as `lost_vote`. Give them \
             different priorities in their manifests, or the winner is an accident of names.",
            "{ranked}都会为顾客的阶段投票，其中有优先级相同的。优先级最高者生效，\
             相同时编号按字母顺序靠前者生效，此处依次为 {ids}。未生效的投票记录为 lost_vote。\
             请在清单中设置不同的优先级，否则结果只取决于名称。",
        ],
        ConflictKind::LifecycleByPriority => [
            "{ranked} vote for the stage of a customer. The highest priority wins; a vote that \
             loses is recorded as `lost_vote`. Change the priorities in the manifests if another \
             should win.",
            "{ranked}都会为顾客的阶段投票。优先级最高者生效，未生效的投票记录为 lost_vote。\
             若应以其他插件为准，请修改清单中的优先级。",
        ],
        ConflictKind::TagShared => [
            "{names} may each set the tag `{thing}`. It is present while any of them asks for it, \
             and none can take it off for another. Name the tags differently if they mean \
             different things.",
            "{names}都可以设置标签“{thing}”。只要其中任一插件要求，标签就保留，\
             任何插件都不能替其他插件移除。若含义不同，请改用不同的标签。",
        ],
        ConflictKind::TaskShared => [
            "{names} may each give staff the task `{thing}`. Nothing is merged: one customer can \
             get it from each of them. Where one is enough, narrow their units or switch one off.",
            "{names}都可以给员工派发任务“{thing}”。任务不会合并，\
             同一位顾客可能从每个插件各得到一个。如果一个就够，请缩小其适用范围，或停用其中之一。",
        ],
        ConflictKind::TemplateShared => [
            "{names} may each send the message `{thing}`. Nothing is merged: one customer can get \
             it from each of them, and the gateway must tell them apart by plugin. Where one is \
             enough, narrow their units or switch one off.",
            "{names}都可以发送消息“{thing}”。消息不会合并，同一位顾客可能从每个插件各收到一条，\
             网关须按插件区分。如果一条就够，请缩小其适用范围，或停用其中之一。",
        ],
        ConflictKind::PurposeShared => [
            "{names} may each send messages for the purpose `{thing}`. Nothing is merged: one \
             customer can get those of each of them. Where that is too many, space them by the \
             settings of the plugins or narrow their units.",
            "{names}都可以发送用途为“{thing}”的消息。消息不会合并，\
             同一位顾客可能收到每个插件的消息。如果过多，请通过插件设置拉开间隔，或缩小其适用范围。",
        ],
        ConflictKind::VoucherShared => [
            "{names} may each issue the voucher `{thing}`. Nothing is merged: one customer can get \
             it from each of them. Where one is enough, narrow their units or switch one off.",
            "{names}都可以发放优惠券“{thing}”。优惠券不会合并，\
             同一位顾客可能从每个插件各得到一张。如果一张就够，请缩小其适用范围，或停用其中之一。",
        ],
        ConflictKind::PointsShared => [
            "{names} may each give points of the account `{thing}`. They add up. Name the accounts \
             differently if they are to be spent apart.",
            "{names}都可以向账户“{thing}”增减积分，积分会累加。若需分开使用，请改用不同的账户名。",
        ],
        ConflictKind::ReadMissing => [
            "{reader} reads `{thing}`, but the plugin {owner} is not installed, so nothing sets \
             that field. Install it, or take the read out of {reader}.",
            "{reader}读取 {thing}，但未安装插件{owner}，因此没有插件设置该字段。\
             请安装该插件，或从{reader}中去掉这项读取。",
        ],
        ConflictKind::ReadDisabled => [
            "{reader} reads `{thing}`, but {owner} is switched off, so that field is empty for \
             everybody. Switch {owner} on, or {reader} off.",
            "{reader}读取 {thing}，但{owner}已停用，该字段对所有顾客均为空。\
             请启用{owner}，或停用{reader}。",
        ],
        ConflictKind::ReadUnknownField => [
            "{reader} reads `{thing}`, but {owner} owns no such field, so it is always empty. \
             Correct the name in {reader}, or install a version of {owner} that has it.",
            "{reader}读取 {thing}，但{owner}没有该字段，读到的始终为空。\
             请更正{reader}中的名称，或安装包含该字段的{owner}版本。",
        ],
        ConflictKind::ReadUncovered => [
            "{reader} reads `{thing}` and covers stores that {owner} does not: for customers of \
             those alone that field is empty. Widen the units of {owner} if it should not be.",
            "{reader}读取 {thing}，但{owner}未覆盖其全部门店，只到过其余门店的顾客该字段为空。\
             若不应如此，请扩大{owner}的适用范围。",
        ],
        ConflictKind::ReadCycle => [
            "{names} read each other's fields ({thing}). Each decides on what the others had set \
             before, so their values may follow each other and never settle. Take one of the \
             reads out.",
            "{names}互相读取字段（{thing}）。每个插件依据的都是对方此前设置的值，\
             结果可能互相追逐而无法稳定。请去掉其中一项读取。",
        ],
        ConflictKind::EventsShared => [
            "{reader} appends the event `{thing}`, used by {others}. Switching \
             {reader} off takes its events back, and the others are decided without them.",
            "{reader}会追加事件 {thing}，{others}订阅或统计该事件。停用{reader}时其事件会被撤回，\
             其余插件将据此重新计算。",
        ],
        ConflictKind::EventMissing => [
            "{reader} is asked about or counts the event `{thing}`, but the plugin {owner} is not \
             installed, so nothing appends it. Install it, or take the event out of {reader}.",
            "{reader}订阅或统计事件 {thing}，但未安装插件{owner}，因此不会有该事件。\
             请安装该插件，或从{reader}中去掉该事件。",
        ],
        ConflictKind::EventDisabled => [
            "{reader} is asked about or counts the event `{thing}`, but {owner} is switched off, so \
             there is none. Switch {owner} on, or {reader} off.",
            "{reader}订阅或统计事件 {thing}，但{owner}已停用，不会有该事件。\
             请启用{owner}，或停用{reader}。",
        ],
        ConflictKind::EventUnknown => [
            "{reader} is asked about or counts the event `{thing}`, but {owner} declares no such \
             event, so there is none. Correct the name in {reader}, or install a version of {owner} \
             that has it.",
            "{reader}订阅或统计事件 {thing}，但{owner}未声明该事件，因此不会有该事件。\
             请更正{reader}中的名称，或安装声明了该事件的{owner}版本。",
        ],
        ConflictKind::EventLoop => [
            "{names} may answer events with events in a circle ({thing}). Where that does not end by \
             itself within the rounds of an instant, the decision that would open one too many is \
             held. Take one of the subscriptions out, or make sure that the rules come to an end.",
            "{names}可能循环地以事件回应事件（{thing}）。若在同一时刻的轮次内不能自行结束，\
             超出轮次的决定将被搁置。请去掉其中一项订阅，或确保规则会停止。",
        ],
    }
}

const APART: [&str; 2] = [
    " No two of them cover a common store, so this concerns only customers who come to stores of \
     several.",
    "它们覆盖的门店互不重叠，因此只涉及到过其中多方门店的顾客。",
];

fn is_shared(kind: ConflictKind) -> bool {
    matches!(
        kind,
        ConflictKind::LifecycleTie
            | ConflictKind::LifecycleByPriority
            | ConflictKind::TagShared
            | ConflictKind::TaskShared
            | ConflictKind::TemplateShared
            | ConflictKind::PurposeShared
            | ConflictKind::VoucherShared
            | ConflictKind::PointsShared
    )
}

fn are_apart(plugins: &[&Installed]) -> bool {
    let mut counted = plugins.iter().enumerate();
    counted.all(|(index, plugin)| !plugins[..index].iter().any(|other| other.meets(plugin)))
}

fn write(template: &str, thing: &str, plugins: &[&Installed], language: Language) -> String {
    let title = |plugin: &&Installed| quoted(plugin.manifest.title.get(language), language);
    let ranked = |plugin: &&Installed| match language {
        Language::English => format!("{} (priority {})", title(plugin), plugin.priority()),
        Language::Chinese => format!("{}（优先级{}）", title(plugin), plugin.priority()),
    };
    let ids: Vec<&str> = plugins.iter().map(|plugin| plugin.id()).collect();
    // A plugin that is not installed has no title.
    let owner_id = thing.split('.').next().unwrap_or_default();
    let words = [
        ("names", join(plugins.iter().map(title).collect(), language)),
        ("ranked", join(plugins.iter().map(ranked).collect(), language)),
        ("ids", ids.join(", ")),
        ("thing", thing.to_owned()),
        ("others", join(plugins.iter().skip(1).map(title).collect(), language)),
        ("reader", plugins.first().map(title).unwrap_or_default()),
        ("owner", plugins.get(1).map_or_else(|| quoted(owner_id, language), title)),
    ];
    fill(template, |name| words.iter().find(|(own, _)| *own == name).map(|(_, word)| word.as_str()))
}

fn join(names: Vec<String>, language: Language) -> String {
    let (comma, and) = match language {
        Language::English => (", ", " and "),
        Language::Chinese => ("、", "和"),
    };
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{}{and}{last}", rest.join(comma)),
        _ => names.concat(),
    }
}

/// Chinese has no spaces to set a name apart.
fn quoted(name: &str, language: Language) -> String {
    match language {
        Language::English => name.to_owned(),
        Language::Chinese => format!("“{name}”"),
    }
}
