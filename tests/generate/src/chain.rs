//! The chain itself: three brands, each with its regions and stores, and the plugin of its trade.

use regulars_engine::{
    Ctx, Engine, Problem,
    request::{PluginUnits, UnitDraft},
};
use regulars_model::unit::UnitKind;

/// What a brand sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trade {
    Jewellery,
    Cafe,
    Furniture,
}

impl Trade {
    pub const ALL: [Trade; 3] = [Trade::Jewellery, Trade::Cafe, Trade::Furniture];

    fn brand(self) -> &'static str {
        match self {
            Trade::Jewellery => "jewellery",
            Trade::Cafe => "cafe",
            Trade::Furniture => "furniture",
        }
    }

    fn plugin(self) -> &'static str {
        match self {
            Trade::Jewellery => "jewellery-tiers",
            Trade::Cafe => "cafe-frequency",
            Trade::Furniture => "furniture-nurture",
        }
    }

    /// In each of its regions.
    fn stores(self) -> usize {
        match self {
            Trade::Jewellery => 4,
            Trade::Cafe => 8,
            Trade::Furniture => 2,
        }
    }
}

const REGIONS: [&str; 3] = ["north", "east", "south"];

/// Codes of a brand's stores.
pub fn stores(trade: Trade) -> Vec<String> {
    let of = |region: &'static str| {
        (1..=trade.stores()).map(move |number| format!("{}-{region}-{number}", trade.brand()))
    };
    REGIONS.into_iter().flat_map(of).collect()
}

/// Each plugin works in its own brand alone.
pub async fn set_up(engine: &Engine, ctx: &Ctx) -> Result<(), Problem> {
    for trade in Trade::ALL {
        let brand = trade.brand();
        put(engine, ctx, brand, UnitKind::Brand, None).await?;
        for region in REGIONS {
            let region = format!("{brand}-{region}");
            put(engine, ctx, &region, UnitKind::Region, Some(brand)).await?;
        }
        for store in stores(trade) {
            let region = store.rsplit_once('-').map(|(region, _)| region);
            put(engine, ctx, &store, UnitKind::Store, region).await?;
        }
        let draft = PluginUnits { enabled: true, units: vec![brand.to_owned()] };
        engine.put_plugin_units(ctx, trade.plugin(), draft).await?;
    }
    Ok(())
}

async fn put(
    engine: &Engine,
    ctx: &Ctx,
    code: &str,
    kind: UnitKind,
    parent: Option<&str>,
) -> Result<(), Problem> {
    let draft = UnitDraft {
        name: code.to_owned(),
        kind,
        parent: parent.map(str::to_owned),
        time_zone: None,
        currency: None,
        cutoff_hour: None,
        assignment: None,
    };
    engine.put_unit(ctx, code, draft).await.map(drop)
}
