//! A small chain: jewels and sofas in two regions, and two cafés, the only stores whose visits count.

use crate::office::BANDS;
use regulars_engine::{
    Ctx, Engine, Problem,
    request::{PluginUnits, UnitDraft},
};
use regulars_generate::chain::Trade;
use regulars_model::{
    Instant,
    duration::{DAY_US, HOUR_US},
    unit::UnitKind,
};

pub struct Shop {
    pub code: &'static str,
    pub part: &'static str,
    pub trade: Trade,
    pub cutoff_hour: u8,
}

pub const CAFES: &str = "cafes";
pub const REGIONS: [&str; 2] = ["north", "south"];

pub const SHOPS: [Shop; 6] = [
    Shop { code: "gems-1", part: REGIONS[0], trade: Trade::Jewellery, cutoff_hour: 0 },
    Shop { code: "gems-2", part: REGIONS[1], trade: Trade::Jewellery, cutoff_hour: 0 },
    Shop { code: "sofas-1", part: REGIONS[0], trade: Trade::Furniture, cutoff_hour: 0 },
    Shop { code: "sofas-2", part: REGIONS[1], trade: Trade::Furniture, cutoff_hour: 0 },
    Shop { code: "cafe-1", part: CAFES, trade: Trade::Cafe, cutoff_hour: 4 },
    Shop { code: "cafe-2", part: CAFES, trade: Trade::Cafe, cutoff_hour: 0 },
];

pub fn shop(code: &str) -> Option<&'static Shop> {
    SHOPS.iter().find(|shop| shop.code == code)
}

/// All keep the time of Shanghai, which has no summer time.
const OFFSET_US: i64 = 8 * HOUR_US;

impl Shop {
    /// The day it counts an instant under, as a number.
    pub fn business_day(&self, at: Instant) -> i64 {
        (at.0 + OFFSET_US - i64::from(self.cutoff_hour) * HOUR_US).div_euclid(DAY_US)
    }
}

pub async fn set_up(engine: &Engine, ctx: &Ctx) -> Result<(), Problem> {
    for region in REGIONS {
        put(engine, ctx, region, UnitKind::Region, None, 0).await?;
    }
    put(engine, ctx, CAFES, UnitKind::Brand, None, 0).await?;
    for shop in &SHOPS {
        put(engine, ctx, shop.code, UnitKind::Store, Some(shop.part), shop.cutoff_hour).await?;
    }
    switch(engine, ctx, BANDS, true).await
}

/// On or off, where it belongs: the bands see cafés only.
pub async fn switch(engine: &Engine, ctx: &Ctx, plugin: &str, on: bool) -> Result<(), Problem> {
    let units = if plugin == BANDS { vec![CAFES.to_owned()] } else { Vec::new() };
    engine.put_plugin_units(ctx, plugin, PluginUnits { enabled: on, units }).await.map(drop)
}

async fn put(
    engine: &Engine,
    ctx: &Ctx,
    code: &str,
    kind: UnitKind,
    parent: Option<&str>,
    cutoff_hour: u8,
) -> Result<(), Problem> {
    let draft = UnitDraft {
        name: code.to_owned(),
        kind,
        parent: parent.map(str::to_owned),
        time_zone: None,
        currency: None,
        cutoff_hour: Some(cutoff_hour),
        assignment: None,
    };
    engine.put_unit(ctx, code, draft).await.map(drop)
}
