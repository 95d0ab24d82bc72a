//! What can be wrong with a scenario.

use regulars_model::said::Word;

pub(super) const SETTING: Word = Word("setting", "设置");
pub(super) const FIELD: Word = Word("field", "字段");
pub(super) const TEXT: Word = Word("text", "文案");
pub(super) const TAG: Word = Word("tag", "标签");
pub(super) const TASK: Word = Word("task", "任务");
pub(super) const MESSAGE: Word = Word("message", "消息");
pub(super) const VOUCHER: Word = Word("voucher", "优惠券");
pub(super) const CUSTOM: Word = Word("custom effect", "自定义效果");
pub(super) const ACCOUNT: Word = Word("account of points", "积分账户");
pub(super) const EVENT: Word = Word("event", "事件");
pub(super) const OPERATIONS: Word = Word("operations", "次运算");
pub(super) const FUEL: Word = Word("fuel", "燃料");

regulars_model::sentences! {
    unreadable(error) "it can not be read: {error}" "无法读取：{error}";
    no_zone(name)
        "`{name}` is no time zone such as Asia/Shanghai"
        "`{name}` 不是 Asia/Shanghai 这样的时区";
    no_currency(code)
        "`{code}` is no ISO 4217 currency code such as CNY"
        "`{code}` 不是 CNY 这样的 ISO 4217 币种代码";
    no_amount(fault) "{fault}" "金额有误：{fault}";
    unfit(fault) "the value does not fit its shape: {fault}" "值与类型不符：{fault}";
    empty() "an empty text names nothing" "空文本不指代任何东西";
    no_ceiling(most, unit)
        "a call is given {most} {unit} at the most, so this catches nothing"
        "每次调用最多只有 {most} {unit}，这个上限拦不住什么";
    nothing_set()
        "the step sets no settings, so there is none to be refused"
        "该步骤没有修改设置，不会有设置被拒绝";
    no_step(through, steps)
        "there is no step {through}; there are {steps}"
        "没有第 {through} 步；共有 {steps} 步";
    goes_back() "the clock goes back: the step above is later" "时钟倒退：上一步的时间更晚";
    kind_meant(name, near)
        "the plugin is not asked about `{name}`; did you mean `{near}`?"
        "该插件不处理 `{name}` 事件，是否想写 `{near}`？";
}
