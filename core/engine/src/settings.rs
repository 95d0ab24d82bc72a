//! Settings of plugins: put for the whole organisation or for a part of it, and inherited down the tree
//! field by field.

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    configuration::{Configuration, PluginInForce, PluginVersion, VersionOfSettings},
    library::Library,
    problem::Code,
    sentences,
    sight::check_part,
    view::{SettingView, SettingsChanged, UnitSettings},
};
use regulars_model::{Decider, Fault, Instant, Manifest, Unit, UnitId, fault::pointer_token};
use serde_json::{Map, Value as Json, json};

impl Engine {
    /// A merge patch over the settings: null puts one back to its default. In force from now on;
    /// customers are decided again, which changes state only.
    pub async fn change_settings(
        &self,
        ctx: &Ctx,
        id: &str,
        changes: Map<String, Json>,
    ) -> Result<SettingsChanged, Problem> {
        authorise(ctx, Action::ChangeSettings)?;
        self.once(ctx, self.change_settings_of(ctx, id, None, changes)).await
    }

    /// The same over what one part of the organisation has set otherwise: null lets it inherit again.
    pub async fn change_unit_settings(
        &self,
        ctx: &Ctx,
        id: &str,
        unit: &str,
        changes: Map<String, Json>,
    ) -> Result<SettingsChanged, Problem> {
        authorise(ctx, Action::ChangeUnitSettings)?;
        self.once(ctx, self.change_settings_of(ctx, id, Some(unit), changes)).await
    }

    async fn change_settings_of(
        &self,
        ctx: &Ctx,
        id: &str,
        unit: Option<&str>,
        changes: Map<String, Json>,
    ) -> Result<SettingsChanged, Problem> {
        let configuration = self.inner.reload().await?;
        let plugin = configuration.find_plugin(id)?;
        plugin.check_untried(&configuration)?;
        let unit = unit.map(|code| find_unit(&configuration, code)).transpose()?;
        let mut version = plugin.version.clone();
        patch(&mut version, &plugin.manifest, unit, changes)?;
        let library = &self.inner.library;
        check_settings(&plugin.manifest, &*plugin.watched, &version, library, &configuration)?;
        let mut in_force = version.settings(&plugin.manifest);
        in_force.extend(version.values_at(&configuration.units, unit.map(|unit| unit.id)));
        self.put_version(ctx, &configuration, plugin, version, Some(json!(in_force))).await
    }

    /// Every setting as it is for customers who are at home in a unit, and where that comes from.
    pub async fn load_unit_settings(
        &self,
        ctx: &Ctx,
        id: &str,
        unit: &str,
    ) -> Result<UnitSettings, Problem> {
        authorise(ctx, Action::LoadUnitSettings)?;
        let configuration = self.inner.reload().await?;
        let plugin = configuration.find_plugin(id)?;
        check_part(ctx, &configuration, Some(unit))?;
        let unit = find_unit(&configuration, unit)?;
        Ok(unit_settings(&configuration, plugin, unit))
    }
}

fn find_unit<'c>(configuration: &'c Configuration, code: &str) -> Result<&'c Unit, Problem> {
    let unit = configuration.units.find_by_code(code);
    unit.ok_or_else(|| Problem::not_found(sentences::UNIT, code))
}

/// Of the whole organisation, or of one part of it.
pub(crate) fn patch(
    version: &mut PluginVersion,
    manifest: &Manifest,
    unit: Option<&Unit>,
    changes: Map<String, Json>,
) -> Result<(), Problem> {
    let part = unit.filter(|unit| unit.parent_id.is_some());
    let mut values = match part {
        None => std::mem::take(&mut version.values),
        Some(unit) => version.overrides.remove(&unit.id).unwrap_or_default(),
    };
    for (name, value) in changes {
        if !manifest.settings.contains_key(&name) {
            let known: Vec<_> = manifest.setting_names().collect();
            let message = sentences::no_setting(&manifest.id, &name, &known[..]);
            return Err(Problem::invalid_at(&pointer_token(&name), "unknown_field", message));
        }
        match value {
            Json::Null => drop(values.remove(&name)),
            value => drop(values.insert(name, value)),
        }
    }
    match part {
        None => version.values = values,
        Some(_) if values.is_empty() => {}
        Some(unit) => drop(version.overrides.insert(unit.id, values)),
    }
    Ok(())
}

/// By shape first, then by the plugin itself, which knows what no schema can say; for each part of the
/// organisation that has settings of its own.
pub(crate) fn check_settings(
    manifest: &Manifest,
    decider: &dyn Decider,
    version: &PluginVersion,
    library: &Library,
    configuration: &Configuration,
) -> Result<(), Problem> {
    let check = |values| check_values(manifest, decider, version, values, library, configuration);
    check(&version.values)?;
    let own = version.variants(&configuration.units);
    for variant in own.iter().filter(|variant| std::ptr::eq(variant.version, version)) {
        check(&variant.values).map_err(|problem| {
            let at = variant.homes.first().and_then(|id| configuration.units.find(*id));
            let at = at.map(|unit| unit.code.as_str()).unwrap_or_default();
            let mut faults = problem.faults.clone();
            for fault in &mut faults {
                fault.message = sentences::for_unit(at, &fault.message).text;
            }
            if faults.is_empty() { problem } else { Problem::invalid(faults) }
        })?;
    }
    Ok(())
}

fn check_values(
    manifest: &Manifest,
    decider: &dyn Decider,
    version: &PluginVersion,
    values: &Map<String, Json>,
    library: &Library,
    configuration: &Configuration,
) -> Result<(), Problem> {
    let tables = library.tables(&manifest.id, version);
    for currency in configuration.currencies() {
        let read = manifest.read_configuration(values, &tables, currency);
        let read = read.map_err(Problem::invalid)?;
        let complaints: Vec<Fault> = decider.check_settings(&read).map_err(|fault| {
            let detail = sentences::settings_not_checked(&manifest.id, fault.said());
            Problem::new(Code::Conflict, detail)
        })?;
        if !complaints.is_empty() {
            return Err(Problem::invalid(complaints));
        }
    }
    Ok(())
}

fn unit_settings(
    configuration: &Configuration,
    plugin: &PluginInForce,
    unit: &Unit,
) -> UnitSettings {
    let units = &configuration.units;
    let in_force = plugin.version.at_home(units, Some(unit.id));
    let values = in_force.values_at(units, Some(unit.id));
    let defaults = plugin.manifest.default_settings();
    let everywhere = plugin.version.settings(&plugin.manifest);
    let settings = plugin.manifest.settings.iter().map(|(name, declared)| {
        let own = values.get(name);
        let value = own.or_else(|| defaults.get(name)).cloned().unwrap_or_default();
        let since = own.and_then(|_| since(configuration, plugin, unit.id, name));
        SettingView {
            name: name.clone(),
            label: declared.label.clone(),
            differs: everywhere.get(name) != Some(&value),
            set_at: own.map(|_| set_at(configuration, in_force, unit, name)),
            since: since.map(put_in_force_at),
            by: since.and_then(|version| version.created_by),
            settings_version: since.map(|version| version.number),
            value,
        }
    });
    UnitSettings {
        plugin: plugin.manifest.id.clone(),
        unit: unit.code.clone(),
        settings_version: plugin.settings_version,
        settings: settings.collect(),
    }
}

/// What was put while there was nobody is in force since the beginning, which says nothing.
fn put_in_force_at(version: &VersionOfSettings) -> Instant {
    match version.in_force_from {
        Instant::BEGINNING => version.created_at,
        from => from,
    }
}

/// The nearest part of the organisation above that set it.
fn set_at(
    configuration: &Configuration,
    version: &PluginVersion,
    unit: &Unit,
    name: &str,
) -> String {
    let units = &configuration.units;
    let sets = |part: &&Unit| {
        version.overrides.get(&part.id).is_some_and(|values| values.contains_key(name))
    };
    let part = units.path_up(unit.id).find(sets);
    part.unwrap_or_else(|| units.organisation()).code.clone()
}

/// The first of the newest versions in a row in which a setting had the value it has.
fn since<'c>(
    configuration: &'c Configuration,
    plugin: &PluginInForce,
    unit: UnitId,
    name: &str,
) -> Option<&'c VersionOfSettings> {
    let units = &configuration.units;
    let value = |version: &PluginVersion| {
        version.at_home(units, Some(unit)).values_at(units, Some(unit)).get(name).cloned()
    };
    let now = value(&plugin.version);
    let newest_first = configuration.versions_of(&plugin.manifest.id);
    newest_first.take_while(|version| value(&version.version) == now).last()
}
