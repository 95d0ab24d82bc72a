//! Why a plugin gave no usable answer.

use crate::{
    said::{Said, Word},
    text::{Bilingual, Language},
};
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// Its code is stable; the message is for the log and for whoever maintains the plugin. On record
/// the message stands in English alone, so that a decision has the same bytes whoever reads it.
#[derive(Clone, Debug, Serialize, Deserialize, Error)]
#[serde(from = "Recorded", into = "Recorded")]
#[error("{code}: {message}")]
pub struct PluginFault {
    pub code: PluginFaultCode,
    pub message: Bilingual,
}

#[derive(Clone, Serialize, Deserialize)]
struct Recorded {
    code: PluginFaultCode,
    message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PluginFaultCode {
    OutOfFuel,
    OutOfMemory,
    /// A panic or a trap of a component.
    Panicked,
    /// A script's own mistake while it runs: a division by zero, a value of another type, `throw`.
    ScriptError,
    /// The wall clock's rescue, far above what fuel allows.
    TimedOut,
    /// An effect that breaks a limit, the manifest or a shape.
    InvalidAnswer,
    /// An effect the manifest does not grant.
    NotGranted,
    /// Too many effects, conditions, wakes or bytes.
    LimitExceeded,
    /// Two runs of the same row differed.
    NotDeterministic,
    /// Its files are gone, or do not load here; it was not asked.
    Missing,
    /// The version failed too often and was set aside; it was not asked.
    Quarantined,
}

impl PluginFaultCode {
    /// As it stands on record, and what it means, the same for every occurrence.
    const ALL: [(PluginFaultCode, &str, Word); 11] = [
        (PluginFaultCode::OutOfFuel, "out_of_fuel", Word("it computes too much", "计算量超出上限")),
        (
            PluginFaultCode::OutOfMemory,
            "out_of_memory",
            Word("it takes too much memory", "内存超出上限"),
        ),
        (PluginFaultCode::Panicked, "panicked", Word("it panicked", "插件运行时崩溃")),
        (PluginFaultCode::ScriptError, "script_error", Word("its script fails", "脚本运行出错")),
        (PluginFaultCode::TimedOut, "timed_out", Word("it takes too long", "运行超时")),
        (
            PluginFaultCode::InvalidAnswer,
            "invalid_answer",
            Word("its answer is not valid", "给出的结果无效"),
        ),
        (
            PluginFaultCode::NotGranted,
            "not_granted",
            Word("it asks for what it was not granted", "要求了清单未授权的效果"),
        ),
        (
            PluginFaultCode::LimitExceeded,
            "limit_exceeded",
            Word("it exceeds a limit", "超出数量或大小上限"),
        ),
        (
            PluginFaultCode::NotDeterministic,
            "not_deterministic",
            Word("it answers the same otherwise", "相同的输入给出了不同的结果"),
        ),
        (PluginFaultCode::Missing, "missing", Word("its files are missing", "缺少插件文件")),
        (
            PluginFaultCode::Quarantined,
            "quarantined",
            Word("its version was set aside", "该版本已被隔离"),
        ),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    pub fn title(self) -> Word {
        Self::ALL[self as usize].2
    }
}

crate::sentences! {
    with_code(code, message) "{code}: {message}" "{code}（插件出错）：{message}";
    /// What is on record, in Chinese as far as its code says it.
    on_record(title, message) "{title}: {message}" "{title}（原文：{message}）";
}

impl PluginFault {
    pub fn new(code: PluginFaultCode, message: Said) -> PluginFault {
        PluginFault { code, message: message.text }
    }

    /// With its code, for whoever reads this language.
    pub fn write(&self, language: Language) -> String {
        self.said().get(language).to_owned()
    }

    pub fn said(&self) -> Said {
        with_code(self.code.name(), &self.message)
    }
}

/// What is the same on record is the same fault.
impl PartialEq for PluginFault {
    fn eq(&self, other: &PluginFault) -> bool {
        (self.code, &self.message.en) == (other.code, &other.message.en)
    }
}

impl Eq for PluginFault {}

impl From<Recorded> for PluginFault {
    fn from(Recorded { code, message }: Recorded) -> PluginFault {
        let said = on_record(code.title(), &message).text;
        PluginFault { code, message: Bilingual { en: message, ..said } }
    }
}

impl From<PluginFault> for Recorded {
    fn from(fault: PluginFault) -> Recorded {
        Recorded { code: fault.code, message: fault.message.en }
    }
}

impl fmt::Display for PluginFaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::said::check_sentences;

    #[test]
    fn a_fault_on_record_is_in_english_and_read_in_either_language() {
        assert_eq!(check_sentences(ALL), Ok(()));
        let titles = PluginFaultCode::ALL.map(|(_, name, Word(en, zh_cn))| (name, en, zh_cn));
        assert_eq!(check_sentences(&titles), Ok(()));
        for (code, name, _) in PluginFaultCode::ALL {
            assert_eq!(code.name(), name);
            let fault = PluginFault { code, message: Bilingual::same("line 3") };
            let json = serde_json::to_string(&fault).expect("JSON");
            assert_eq!(json, format!(r#"{{"code":"{code}","message":"line 3"}}"#));
            let read: PluginFault = serde_json::from_str(&json).expect("a fault");
            assert_eq!(read, fault);
            assert_eq!(read.message.zh_cn, format!("{}（原文：line 3）", code.title().1));
            assert_eq!(serde_json::to_string(&read).expect("JSON"), json);
        }
    }
}
