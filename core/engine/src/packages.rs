//! Plugins installed into a running server: a packed version becomes the one in force, here and, by
//! way of the configuration's revision, in every other process.

mod back;
pub(crate) mod offer;

use crate::{
    Ctx, Engine, Problem,
    audit::{About, image},
    authorise::{Action, authorise},
    configuration::{Configuration, PluginInForce, PluginVersion, Trial},
    library::Runnable,
    open::{in_force_from, settings_row},
    problem::Code,
    sentences,
    settings::check_settings,
    view::{PublisherView, VersionInForce},
};
pub(crate) use offer::number;
use offer::{Offer, is_same};
use regulars_model::{Instant, canonical::hex, said::Word};
use regulars_store::{DraftRow, PackageRow, PluginRow};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// How often another change of the configuration may come in between.
pub(crate) const ATTEMPTS_MAX: usize = 5;

/// A version of a plugin that is to be in force from now on.
pub(crate) struct Next<'a> {
    pub runnable: Runnable,
    pub version: PluginVersion,
    pub package: Option<(&'a PackageRow, &'a [u8])>,
    /// In force from then on, if not from now on.
    pub from: Option<Instant>,
    pub draft: Option<&'a DraftRow>,
}

impl<'a> Next<'a> {
    /// In force from now on, out of no draft.
    pub fn new(runnable: Runnable, version: PluginVersion) -> Next<'a> {
        Next { runnable, version, package: None, from: None, draft: None }
    }
}

impl Engine {
    /// A new plugin, or a newer version of one. In force from now on; customers are decided again,
    /// which changes state only. The same file once more changes nothing.
    pub async fn install_plugin(&self, ctx: &Ctx, file: &[u8]) -> Result<VersionInForce, Problem> {
        authorise(ctx, Action::InstallPlugin)?;
        self.once(ctx, async {
            let offer = self.read_offer(ctx, file).await?;
            self.install(ctx, &offer).await
        })
        .await
    }

    /// A version of an installed plugin that a draft can put in force.
    pub async fn hold_plugin(&self, ctx: &Ctx, file: &[u8]) -> Result<VersionInForce, Problem> {
        authorise(ctx, Action::InstallPlugin)?;
        self.once(ctx, self.hold(ctx, file)).await
    }

    async fn hold(&self, ctx: &Ctx, file: &[u8]) -> Result<VersionInForce, Problem> {
        let offer = self.read_offer(ctx, file).await?;
        for _ in 0..ATTEMPTS_MAX {
            let configuration = self.inner.reload().await?;
            offer.check(&configuration, &self.inner.library)?;
            let plugin = configuration.find_plugin(&offer.package.plugin_id)?;
            let is_known = configuration.packages.iter().any(|own| is_same(own, &offer.package));
            let (package, file) = (&offer.package, &*offer.file);
            let revision = configuration.stamp.revision;
            let about = About::new("plugin", &package.plugin_id);
            let held = json!({ "held": package.version });
            let audit = self.inner.audit(ctx, about, None, Some(held));
            let done = VersionInForce {
                plugin: package.plugin_id.clone(),
                version: package.version.clone(),
                before: Some(plugin.manifest.version.clone()),
                changed: false,
                publisher: publisher_view(package),
                settings_version: plugin.settings_version,
                settings: json!(plugin.version.settings(&plugin.manifest)),
                customers: 0,
            };
            let store = self.inner.store.answering(ctx.answer(&done));
            if is_known || store.hold_package(revision, package, file, &audit).await? {
                self.inner.library.add(offer.runnable.clone());
                self.inner.reload().await?;
                return Ok(done);
            }
        }
        Err(outrun())
    }

    async fn install(&self, ctx: &Ctx, offer: &Offer) -> Result<VersionInForce, Problem> {
        for _ in 0..ATTEMPTS_MAX {
            let configuration = self.inner.reload().await?;
            offer.check(&configuration, &self.inner.library)?;
            let id = &offer.package.plugin_id;
            let standing = configuration.plugins.get(id).filter(|own| !own.version.uninstalled);
            if let Some(plugin) = standing {
                plugin.check_untried(&configuration)?;
            }
            let version = match standing {
                Some(plugin) => plugin.version.upgraded(&offer.runnable),
                None => PluginVersion::first(&offer.runnable.hash),
            };
            let manifest = &offer.runnable.manifest;
            let library = &self.inner.library;
            check_settings(manifest, &*offer.runnable.watched, &version, library, &configuration)
                .map_err(|problem| not_with(problem, &offer.package, SETTINGS_AS_THEY_STAND))?;
            let is_new = !configuration.packages.iter().any(|own| is_same(own, &offer.package));
            let package = is_new.then_some((&offer.package, &*offer.file));
            let next = Next { package, ..Next::new(offer.runnable.clone(), version) };
            let put = self.put_in_force(ctx, &configuration, standing, next, itself);
            if let Some(done) = put.await? {
                return Ok(done);
            }
        }
        Err(outrun())
    }

    /// What `answer` makes of it; None where the configuration has changed since it was read.
    pub(crate) async fn put_in_force<T: Serialize>(
        &self,
        ctx: &Ctx,
        configuration: &Configuration,
        standing: Option<&PluginInForce>,
        next: Next<'_>,
        answer: impl FnOnce(&VersionInForce) -> Result<T, Problem>,
    ) -> Result<Option<T>, Problem> {
        let Next { runnable, version, package, from, draft } = next;
        let store = &self.inner.store;
        let manifest = &runnable.manifest;
        let publisher = configuration.package(&manifest.id, &runnable.hash);
        let publisher = publisher.or(package.map(|(row, _)| row)).and_then(publisher_view);
        let mut done = VersionInForce {
            plugin: manifest.id.clone(),
            version: manifest.version.clone(),
            before: standing.map(|plugin| plugin.manifest.version.clone()),
            changed: false,
            publisher,
            settings_version: standing.map_or(0, |plugin| plugin.settings_version),
            settings: json!(version.settings(manifest)),
            customers: 0,
        };
        // The same may come as a package where a folder gave it before.
        if package.is_none() && standing.is_some_and(|plugin| plugin.version == version) {
            return answer(&done).map(Some);
        }
        let from = match from {
            Some(from) => from,
            None => in_force_from(store, &self.inner.world).await?,
        };
        let row = PluginRow {
            id: manifest.id.clone(),
            version: manifest.version.clone(),
            hash: runnable.hash,
            manifest: manifest.to_toml().map_err(Problem::internal)?,
            enabled: version.enabled,
            units: version.units.clone(),
            in_force_from: from,
            epoch: 0,
        };
        let mut settings = settings_row(&manifest.id, &version, from, ctx.now);
        settings.created_by = ctx.actor.staff();
        let before = standing
            .and_then(|plugin| image_of(&plugin.manifest.version, &plugin.version, configuration));
        let after = image_of(&manifest.version, &version, configuration);
        let audit = self.inner.audit(ctx, About::new("plugin", &manifest.id), before, after);
        done.changed = true;
        // Nobody can have put another one in between: the revision is guarded.
        let newest = configuration.versions_of(&manifest.id).next();
        done.settings_version = newest.map_or(1, |newest| newest.number + 1);
        done.customers = store.count_customers(None).await?;
        let done = answer(&done)?;
        let revision = configuration.stamp.revision;
        let store = store.answering(ctx.answer(&done));
        let put = store.put_in_force(revision, &row, &settings, package, draft, &audit).await?;
        if put.is_none() {
            return Ok(None);
        }
        if package.is_some() {
            self.inner.library.add(runnable.clone());
        }
        self.inner.reload().await?;
        Ok(Some(done))
    }
}

/// The answer that is the version itself.
pub(crate) fn itself(done: &VersionInForce) -> Result<VersionInForce, Problem> {
    Ok(done.clone())
}

impl PluginVersion {
    /// Where it is switched on stays, and so do the settings and tables that there still are.
    pub(crate) fn upgraded(&self, to: &Runnable) -> PluginVersion {
        let known = |name: &String| to.manifest.settings.contains_key(name);
        let values: Map<_, _> =
            self.values.clone().into_iter().filter(|(name, _)| known(name)).collect();
        let hash = hex(&to.hash);
        // The same file once more releases nothing.
        let quarantine = self.quarantine.clone().filter(|_| hash == self.hash);
        let mut overrides = self.overrides.clone();
        for values in overrides.values_mut() {
            values.retain(|name, _| known(name));
        }
        overrides.retain(|_, values| !values.is_empty());
        let mut tables = self.tables.clone();
        tables.retain(|name, _| to.manifest.tables.contains_key(name));
        let trial = self.trial.as_ref().map(|trial| {
            let candidate = Box::new(trial.candidate.upgraded(to));
            Trial { candidate, ..trial.clone() }
        });
        PluginVersion { hash, values, overrides, tables, quarantine, trial, ..self.clone() }
    }
}

pub fn publisher_view(package: &PackageRow) -> Option<PublisherView> {
    let (name, key) = (package.publisher.clone()?, package.publisher_key.clone()?);
    Some(PublisherView { name, key })
}

/// For the audit: all that is versioned, with the plugin's own number and the codes of its units.
pub(crate) fn image_of(
    number: &str,
    version: &PluginVersion,
    configuration: &Configuration,
) -> Option<Json> {
    let mut image = image(Some(version))?;
    image["units"] = json!(configuration.units.codes(&version.units));
    image["version"] = json!(number);
    if let Some(trial) = &version.trial {
        image["trial"]["units"] = json!(configuration.units.codes(&trial.units));
    }
    if !version.overrides.is_empty() {
        let own = version.overrides.iter();
        let own =
            own.filter_map(|(id, values)| Some((&configuration.units.find(*id)?.code, values)));
        image["overrides"] = json!(own.collect::<BTreeMap<_, _>>());
    }
    Some(image)
}

const SETTINGS_IT_HAD: Word = Word("the settings it had", "它当时的设置");
const SETTINGS_AS_THEY_STAND: Word = Word("the settings as they stand", "现行设置");

fn not_with(problem: Problem, package: &PackageRow, settings: Word) -> Problem {
    let PackageRow { plugin_id, version, .. } = package;
    let said = sentences::not_accepted(plugin_id, version, settings, &problem.detail);
    Problem { code: Code::Conflict, detail: said.text, ..problem }
}

pub(crate) fn outrun() -> Problem {
    Problem::new(Code::Conflict, sentences::config_outrun())
}
