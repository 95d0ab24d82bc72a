//! Money: integer minor units and an ISO 4217 currency. No floating point anywhere.

use crate::{fault::sentences, said::Said};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{borrow::Cow, fmt, str::FromStr};
use thiserror::Error;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimal places of the minor unit: 2 for CNY, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        self.0.exponent().unwrap_or(0).into()
    }

    /// What Chinese writers put after an amount; the code where this has no name of its own.
    pub fn chinese(self) -> &'static str {
        match self.code() {
            "AUD" => "澳元",
            "CAD" => "加元",
            "CHF" => "瑞士法郎",
            "CNY" => "元",
            "EUR" => "欧元",
            "GBP" => "英镑",
            "HKD" => "港元",
            "JPY" => "日元",
            "KRW" => "韩元",
            "MOP" => "澳门元",
            "SGD" => "新加坡元",
            "THB" => "泰铢",
            "TWD" => "新台币",
            "USD" => "美元",
            other => other,
        }
    }

    fn scale(self) -> i64 {
        10_i64.pow(self.exponent())
    }
}

#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("{}", self.said())]
pub enum InvalidMoney {
    UnknownCurrency(String),
    NotAnAmount(String),
    TooPrecise { text: String, currency: Currency, exponent: u32 },
    TooLarge(String),
}

impl InvalidMoney {
    pub fn said(&self) -> Said {
        match self {
            InvalidMoney::UnknownCurrency(code) => sentences::unknown_currency(code),
            InvalidMoney::NotAnAmount(text) => sentences::not_an_amount(text),
            InvalidMoney::TooPrecise { text, currency, exponent } => {
                sentences::too_precise(text, currency.code(), *exponent)
            }
            InvalidMoney::TooLarge(text) => sentences::too_large(text),
        }
    }
}

impl FromStr for Currency {
    type Err = InvalidMoney;
    fn from_str(code: &str) -> Result<Self, InvalidMoney> {
        iso_currency::Currency::from_code(code)
            .map(Currency)
            .ok_or_else(|| InvalidMoney::UnknownCurrency(code.to_owned()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = Cow::<'de, str>::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// In minor units: fen, cents, yen.
    pub amount: i64,
    pub currency: Currency,
}

impl Money {
    /// Reads `50000.00`, `50000` or `-3.5`; the fraction may be shorter than the currency's, never longer.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, InvalidMoney> {
        let not_an_amount = || InvalidMoney::NotAnAmount(text.to_owned());
        let too_large = || InvalidMoney::TooLarge(text.to_owned());
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || unsigned.ends_with('.') {
            return Err(not_an_amount());
        }
        let exponent = currency.exponent();
        if fraction.len() > exponent as usize {
            return Err(InvalidMoney::TooPrecise { text: text.to_owned(), currency, exponent });
        }
        let whole: i64 = whole.parse().map_err(|_| too_large())?;
        let padded = format!("{fraction:0<width$}", width = exponent as usize);
        let fraction: i64 =
            if padded.is_empty() { 0 } else { padded.parse().map_err(|_| too_large())? };
        let amount = whole
            .checked_mul(currency.scale())
            .and_then(|minor| minor.checked_add(fraction))
            .filter(|minor| *minor <= crate::limits::MONEY_MINOR_MAX)
            .ok_or_else(too_large)?;
        Ok(Money { amount: if negative { -amount } else { amount }, currency })
    }

    /// `50000.00`: what [`Money::parse`] reads back.
    pub fn to_decimal(self) -> String {
        let exponent = self.currency.exponent() as usize;
        let sign = if self.amount < 0 { "-" } else { "" };
        let minor = self.amount.unsigned_abs();
        if exponent == 0 {
            return format!("{sign}{minor}");
        }
        let scale = self.currency.scale().unsigned_abs();
        format!("{sign}{}.{:0exponent$}", minor / scale, minor % scale)
    }
}

impl Money {
    /// For people who read Chinese: `50,000.00元`.
    pub fn to_chinese(self) -> String {
        format!("{}{}", self.grouped(), self.currency.chinese())
    }

    /// `50,000.00`.
    fn grouped(self) -> String {
        let decimal = self.to_decimal();
        let (sign, unsigned) = match decimal.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", decimal.as_str()),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{grouped}{point}{fraction}")
    }
}

/// For people: `50,000.00 CNY`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.grouped(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().expect("a currency")
    }

    #[test]
    fn amounts_read_back_in_every_exponent() {
        for (code, text, minor) in [
            ("CNY", "50000.00", 5_000_000),
            ("CNY", "-0.05", -5),
            ("JPY", "1200", 1_200),
            ("KWD", "1.234", 1_234),
        ] {
            let money = Money::parse(text, currency(code)).expect("an amount");
            assert_eq!(money.amount, minor);
            assert_eq!(money.to_decimal(), text);
        }
        assert_eq!(
            Money { amount: -123_456_789, currency: currency("CNY") }.to_string(),
            "-1,234,567.89 CNY"
        );
        let chinese = |amount, code| Money { amount, currency: currency(code) }.to_chinese();
        assert_eq!(chinese(999_999, "CNY"), "9,999.99元");
        assert_eq!(chinese(-5, "USD"), "-0.05美元");
        assert_eq!(chinese(1_234, "JPY"), "1,234日元");
        assert_eq!(chinese(1_234, "KWD"), "1.234KWD");
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in ["", ".", "1.", ".5", "1,000", "1e3", "١", "0.001", "99999999999999999"] {
            assert!(Money::parse(text, currency("CNY")).is_err(), "{text}");
        }
    }
}
