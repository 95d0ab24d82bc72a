//! Plugins installed into a running server: a packed version becomes the one in force, here and, by
//! way of the configuration's revision, in every other process.

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    configuration::{Configuration, PluginInForce, PluginVersion},
    library::{Library, Runnable, unreadable},
    open::{in_force_from, settings_row},
    plugins::check_settings,
    problem::Code,
    view::{PublisherView, VersionInForce},
};
use regulars_host::pack::Pack;
use regulars_model::canonical::hex;
use regulars_schema::Entity;
use regulars_store::{PackageRow, PluginRow};
use serde_json::{Map, json};
use std::sync::Arc;

/// How often another change of the configuration may come in between.
const ATTEMPTS_MAX: usize = 5;

/// A packed plugin that its publisher may offer; whether it may take its place is not said yet.
struct Offer {
    runnable: Runnable,
    package: PackageRow,
    file: Arc<[u8]>,
}

/// A version of a plugin that is to be in force from now on.
struct Next<'a> {
    runnable: &'a Runnable,
    version: PluginVersion,
    package: Option<(&'a PackageRow, &'a [u8])>,
}

impl Engine {
    /// A new plugin, or a newer version of one. In force from now on; customers are decided again,
    /// which changes state only. The same file once more changes nothing.
    pub async fn install_plugin(&self, ctx: &Ctx, file: &[u8]) -> Result<VersionInForce, Problem> {
        authorise(ctx, Action::InstallPlugin)?;
        let offer = self.read_offer(ctx, file).await?;
        for _ in 0..ATTEMPTS_MAX {
            let configuration = self.inner.reload().await?;
            check_offer(&offer, &configuration, &self.inner.library)?;
            let id = &offer.package.plugin_id;
            let standing = configuration.plugins.get(id).filter(|own| !own.version.uninstalled);
            let version = match standing {
                Some(plugin) => plugin.version.upgraded(&offer.runnable),
                None => PluginVersion::first(&offer.runnable.hash),
            };
            let manifest = &offer.runnable.manifest;
            check_settings(manifest, &*offer.runnable.watched, &version.values, &configuration)
                .map_err(|problem| not_with_these_settings(problem, &offer.package))?;
            let is_new = !configuration.packages.iter().any(|own| is_same(own, &offer.package));
            let next = Next {
                runnable: &offer.runnable,
                version,
                package: is_new.then_some((&offer.package, &*offer.file)),
            };
            if let Some(done) = self.put_in_force(ctx, &configuration, standing, next).await? {
                return Ok(done);
            }
        }
        Err(outrun())
    }

    /// Nothing of it is compiled before it is known who made it.
    async fn read_offer(&self, ctx: &Ctx, file: &[u8]) -> Result<Offer, Problem> {
        let pack = Pack::read(file).map_err(unreadable)?;
        self.inner.trust.check(pack.publisher.as_ref())?;
        let file: Arc<[u8]> = file.into();
        let runnable = self.inner.library.load(file.clone()).await?;
        let package = PackageRow {
            plugin_id: pack.manifest.id,
            hash: runnable.hash,
            version: pack.manifest.version,
            file_hash: pack.hash,
            publisher: pack.publisher.as_ref().map(|publisher| publisher.name.clone()),
            publisher_key: pack.publisher.map(|publisher| publisher.key.to_string()),
            installed_at: ctx.now,
            installed_by: ctx.actor.staff(),
        };
        Ok(Offer { runnable, package, file })
    }

    /// None where the configuration has changed since it was read.
    async fn put_in_force(
        &self,
        ctx: &Ctx,
        configuration: &Configuration,
        standing: Option<&PluginInForce>,
        next: Next<'_>,
    ) -> Result<Option<VersionInForce>, Problem> {
        let Next { runnable, version, package } = next;
        let store = &self.inner.store;
        let manifest = &runnable.manifest;
        let publisher = configuration.package(&manifest.id, &runnable.hash);
        let publisher = publisher.or(package.map(|(row, _)| row)).and_then(publisher_view);
        let mut done = VersionInForce {
            plugin: manifest.id.clone(),
            version: manifest.version.clone(),
            before: standing.map(|plugin| plugin.manifest.version.clone()),
            publisher,
            settings_version: standing.map_or(0, |plugin| plugin.settings_version),
            settings: json!(version.settings(manifest)),
            customers: 0,
        };
        if standing.is_some_and(|plugin| plugin.version == version) {
            return Ok(Some(done));
        }
        let from = in_force_from(store, &self.inner.world).await?;
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
        let revision = configuration.stamp.revision;
        let Some(put) = store.put_in_force(revision, &row, &settings, package).await? else {
            return Ok(None);
        };
        self.inner.library.add(runnable.clone());
        self.inner.reload().await?;
        done.settings_version = put.version;
        done.customers = store.count_customers(None).await?;
        Ok(Some(done))
    }
}

impl PluginVersion {
    /// Where it is switched on stays, and so do the settings that there still are.
    fn upgraded(&self, to: &Runnable) -> PluginVersion {
        let known = |name: &String| to.manifest.settings.contains_key(name);
        let values: Map<_, _> =
            self.values.clone().into_iter().filter(|(name, _)| known(name)).collect();
        PluginVersion { hash: hex(&to.hash), values, ..self.clone() }
    }
}

pub fn publisher_view(package: &PackageRow) -> Option<PublisherView> {
    let (name, key) = (package.publisher.clone()?, package.publisher_key.clone()?);
    Some(PublisherView { name, key })
}

/// Whether it may take the place of what is there.
fn check_offer(
    offer: &Offer,
    configuration: &Configuration,
    library: &Library,
) -> Result<(), Problem> {
    let PackageRow { plugin_id: id, version, .. } = &offer.package;
    let refuse = |detail: String| Err(Problem::new(Code::Conflict, detail));
    if library.in_folder(id).is_some() {
        return refuse(format!(
            "plugin {id} is given by a folder of this server; take it out of there and start the \
             server again, then install it"
        ));
    }
    let mut own = configuration.packages.iter().filter(|own| own.plugin_id == *id);
    if let Some(owner) = own.clone().find(|own| own.publisher_key.is_some())
        && owner.publisher_key != offer.package.publisher_key
    {
        let (name, key) = (owner.publisher.as_deref(), owner.publisher_key.as_deref());
        let (name, key) = (name.unwrap_or_default(), key.unwrap_or_default());
        return refuse(format!(
            "plugin {id} is {name}'s, with the key {key}; nobody else's can take its place"
        ));
    }
    if own.any(|own| own.version == *version && !is_same(own, &offer.package)) {
        return refuse(format!(
            "{id} {version} was installed with other content; what differs needs a version of its own"
        ));
    }
    let in_force = configuration.plugins.get(id).filter(|own| !own.version.uninstalled);
    if let Some(newer) = in_force.and_then(|own| own.package.as_ref())
        && number(&newer.version) > number(version)
    {
        return refuse(format!(
            "{id} {} is in force, which is newer than {version}; `regulars plugin rollback {id}` \
             puts the version before back",
            newer.version
        ));
    }
    if configuration.registry.latest(Entity::Customer, id).is_some() {
        return refuse(format!("there are custom fields called {id}, where its own would stand"));
    }
    Ok(())
}

fn is_same(left: &PackageRow, right: &PackageRow) -> bool {
    left.plugin_id == right.plugin_id && left.file_hash == right.file_hash
}

/// `1.10.0` is after `1.9.0`.
fn number(version: &str) -> Vec<u32> {
    version.split('.').filter_map(|part| part.parse().ok()).collect()
}

fn not_with_these_settings(problem: Problem, package: &PackageRow) -> Problem {
    let PackageRow { plugin_id, version, .. } = package;
    let detail = format!(
        "{plugin_id} {version} does not accept the settings as they stand: {}; change them first",
        problem.detail
    );
    Problem { code: Code::Conflict, detail, ..problem }
}

fn outrun() -> Problem {
    Problem::new(Code::Conflict, "others are changing the configuration; try again")
}
