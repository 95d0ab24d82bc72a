//! Why a request is refused, in both languages.

mod people;
mod rules;

pub use people::*;
pub use rules::*;

use regulars_model::{IdentityKind, said::Word};

pub const CUSTOMER: Word = Word("customer", "顾客");
pub const DRAFT: Word = Word("draft", "草案");
pub const ISSUE: Word = Word("issue", "补发任务");
pub const KEY: Word = Word("key", "API 密钥");
pub const MESSAGE: Word = Word("message", "消息");
pub const SESSION: Word = Word("session", "会话");
pub const STAFF: Word = Word("staff", "员工");
pub const TASK: Word = Word("task", "任务");
pub const UNIT: Word = Word("unit", "组织单位");
pub const WHAT_IF: Word = Word("what-if", "假设推演");
pub const SCHEMA_OF: Word = Word("schema of", "模式");
pub const STANDING_DECISION: Word = Word("decision that stands", "有效判定");
pub const IDENTITY: Word = Word("identity", "身份标识");
pub const PHONE: Word = Word("phone", "手机号");
pub const EMAIL: Word = Word("email", "邮箱");
pub const CARD: Word = Word("card", "会员卡");
pub const WECHAT_UNION: Word = Word("wechat-union", "微信 union id");
pub const OWN: Word = Word("own", "商家自有编号");

/// An identity's kind, as people call it.
pub fn kind(kind: IdentityKind) -> Word {
    match kind {
        IdentityKind::Phone => PHONE,
        IdentityKind::Email => EMAIL,
        IdentityKind::Card => CARD,
        IdentityKind::WechatUnion => WECHAT_UNION,
        IdentityKind::Own => OWN,
    }
}
