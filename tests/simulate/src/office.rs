//! What head office has put in force, as it knows it.

use crate::chain::shop;
use regulars_model::{DraftId, Instant};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

pub const TIERS: &str = "jewellery-tiers";
pub const BANDS: &str = "cafe-frequency";
pub const NURTURE: &str = "furniture-nurture";

pub type Settings = Map<String, Json>;

/// In minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    pub high_above: i64,
    pub mid_from: i64,
}

/// In days; what is not set otherwise is as the plugin has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bands {
    pub recent: i64,
    pub high_from: i64,
    pub new_for: i64,
}

impl Bands {
    pub const SPAN: i64 = 30;
    pub const LOW_UP_TO: i64 = 2;
}

#[derive(Default)]
pub struct Office {
    /// By plugin, for everybody.
    everywhere: BTreeMap<&'static str, Settings>,
    /// By plugin and part of the chain.
    parts: BTreeMap<(&'static str, String), Settings>,
    pub draft: Option<Draft>,
    off: BTreeSet<&'static str>,
    /// Everything that was put in force, in order, without what was rolled back.
    pub history: Vec<(Instant, Put)>,
}

/// One that is tried, or was published last.
#[derive(Clone, Debug)]
pub struct Draft {
    pub id: DraftId,
    pub number: usize,
    pub plugin: &'static str,
    pub set: Settings,
    /// Where it is tried; none once it is published.
    pub tried_in: Option<Vec<String>>,
    /// What stood for everybody before it was published.
    pub before: Settings,
}

#[derive(Clone, Debug)]
pub enum Put {
    Settings { plugin: &'static str, part: Option<String>, set: Settings },
    RollOut { draft: usize, plugin: &'static str, set: Settings, units: Vec<String> },
    Publish { draft: usize, plugin: &'static str, set: Settings },
    Abort { draft: usize },
    Switch { plugin: &'static str, on: bool },
}

impl Put {
    pub fn draft(&self) -> Option<usize> {
        match self {
            Put::Settings { .. } | Put::Switch { .. } => None,
            Put::RollOut { draft, .. } | Put::Publish { draft, .. } | Put::Abort { draft } => {
                Some(*draft)
            }
        }
    }
}

impl Office {
    pub fn is_trying(&self, plugin: &str) -> bool {
        let tried = self.draft.as_ref().filter(|draft| draft.tried_in.is_some());
        tried.is_some_and(|draft| draft.plugin == plugin)
    }

    pub fn off(&self) -> impl Iterator<Item = &'static str> {
        self.off.iter().copied()
    }

    pub fn is_off(&self, plugin: &str) -> bool {
        self.off.contains(plugin)
    }

    /// A change that changes nothing is refused.
    pub fn has(&self, plugin: &'static str, part: Option<&str>, set: &Settings) -> bool {
        let own = match part {
            None => self.everywhere.get(plugin),
            Some(part) => self.parts.get(&(plugin, part.to_owned())),
        };
        own.is_some_and(|own| set.iter().all(|(name, value)| own.get(name) == Some(value)))
    }

    pub fn put(&mut self, at: Instant, put: Put) {
        match &put {
            Put::Settings { plugin, part: None, set } => {
                self.everywhere.entry(plugin).or_default().extend(set.clone());
                self.draft.take_if(|draft| draft.plugin == *plugin);
            }
            Put::Settings { plugin, part: Some(part), set } => {
                let own = self.parts.entry((plugin, part.clone())).or_default();
                own.extend(set.clone());
                self.draft.take_if(|draft| draft.plugin == *plugin);
            }
            Put::RollOut { units, .. } => {
                if let Some(draft) = &mut self.draft {
                    draft.tried_in = Some(units.clone());
                }
            }
            Put::Publish { plugin, set, .. } => {
                let own = self.everywhere.entry(plugin).or_default();
                if let Some(draft) = &mut self.draft {
                    draft.before = own.clone();
                    draft.tried_in = None;
                }
                own.extend(set.clone());
            }
            Put::Abort { .. } => self.draft = None,
            Put::Switch { plugin, on } => {
                if *on {
                    self.off.remove(plugin);
                } else {
                    self.off.insert(plugin);
                }
            }
        }
        self.history.push((at, put));
    }

    /// As if it had never been.
    pub fn roll_back(&mut self) {
        let Some(draft) = self.draft.take() else { return };
        if draft.tried_in.is_none() {
            self.everywhere.insert(draft.plugin, draft.before);
        }
        self.history.retain(|(_, put)| put.draft() != Some(draft.number));
    }

    /// What customers of a home store are decided by.
    fn settings(&self, plugin: &str, home: Option<&str>) -> Settings {
        let part = home.and_then(shop).map(|shop| shop.part);
        let mut settings = self.everywhere.get(plugin).cloned().unwrap_or_default();
        if let Some(draft) = self.draft.as_ref().filter(|draft| draft.plugin == plugin) {
            let tried = draft
                .tried_in
                .iter()
                .flatten()
                .any(|unit| Some(unit.as_str()) == home || Some(unit.as_str()) == part);
            settings.extend(tried.then(|| draft.set.clone()).into_iter().flatten());
        }
        for ((of, at), own) in &self.parts {
            if *of == plugin && Some(at.as_str()) == part {
                settings.extend(own.clone());
            }
        }
        settings
    }

    pub fn thresholds(&self, home: Option<&str>) -> Thresholds {
        let settings = self.settings(TIERS, home);
        let minor = |name: &str, default| {
            let text = settings.get(name).and_then(Json::as_str);
            text.and_then(|text| text.replace('.', "").parse().ok()).unwrap_or(default)
        };
        Thresholds {
            high_above: minor("high_above", 5_000_000),
            mid_from: minor("mid_from", 1_000_000),
        }
    }

    pub fn bands(&self, home: Option<&str>) -> Bands {
        let settings = self.settings(BANDS, home);
        let days = |name: &str, default| {
            let text = settings.get(name).and_then(Json::as_str);
            text.and_then(|text| text.trim_end_matches('d').parse().ok()).unwrap_or(default)
        };
        Bands {
            recent: days("recent", 7),
            high_from: settings.get("high_from").and_then(Json::as_i64).unwrap_or(3),
            new_for: days("new_for", 14),
        }
    }
}

/// Changes that head office thinks of.
pub fn ideas() -> [(&'static str, Settings); 9] {
    let set = |json: Json| json.as_object().cloned().unwrap_or_default();
    [
        (TIERS, set(json!({"high_above": "40000.00"}))),
        (TIERS, set(json!({"high_above": "60000.00", "mid_from": "12000.00"}))),
        (TIERS, set(json!({"mid_from": "8000.00"}))),
        (BANDS, set(json!({"recent": "10d"}))),
        (BANDS, set(json!({"recent": "5d", "high_from": 2}))),
        (BANDS, set(json!({"high_from": 4}))),
        (BANDS, set(json!({"new_for": "7d"}))),
        (NURTURE, set(json!({"every": "5d", "max_steps": 6}))),
        (NURTURE, set(json!({"first_after": "1d"}))),
    ]
}
