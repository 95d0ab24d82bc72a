//! A packed plugin that is offered: who made it, and whether it may take the place it wants.

use crate::{
    Ctx, Engine, Problem,
    configuration::Configuration,
    library::{Library, Runnable, unreadable},
    problem::Code,
    sentences,
};
use regulars_host::pack::Pack;
use regulars_model::said::Said;
use regulars_schema::Entity;
use regulars_store::PackageRow;
use std::sync::Arc;

/// Of a publisher that is trusted, and loaded.
pub struct Offer {
    pub runnable: Runnable,
    pub package: PackageRow,
    pub file: Arc<[u8]>,
}

impl Engine {
    /// Nothing of it is compiled before it is known who made it.
    pub(crate) async fn read_offer(&self, ctx: &Ctx, file: &[u8]) -> Result<Offer, Problem> {
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
}

impl Offer {
    /// Whether it may take the place of what is there.
    pub fn check(&self, configuration: &Configuration, library: &Library) -> Result<(), Problem> {
        let PackageRow { plugin_id: id, version, .. } = &self.package;
        let refuse = |detail: Said| Err(Problem::new(Code::Conflict, detail));
        check_not_given(id, library)?;
        let mut own = configuration.packages.iter().filter(|own| own.plugin_id == *id);
        if let Some(owner) = own.clone().find(|own| own.publisher_key.is_some())
            && owner.publisher_key != self.package.publisher_key
        {
            let (name, key) = (owner.publisher.as_deref(), owner.publisher_key.as_deref());
            let (name, key) = (name.unwrap_or_default(), key.unwrap_or_default());
            return refuse(sentences::owned_by(id, name, key));
        }
        if own.any(|own| own.version == *version && !is_same(own, &self.package)) {
            return refuse(sentences::other_content(id, version));
        }
        let in_force = configuration.plugins.get(id).filter(|own| !own.version.uninstalled);
        if let Some(newer) = in_force.and_then(|own| own.package.as_ref())
            && number(&newer.version) > number(version)
        {
            return refuse(sentences::newer_in_force(id, &newer.version, version));
        }
        if configuration.registry.latest(Entity::Customer, id).is_some() {
            return refuse(sentences::fields_in_place(id));
        }
        Ok(())
    }
}

/// What a folder gives is changed there.
pub fn check_not_given(id: &str, library: &Library) -> Result<(), Problem> {
    if library.in_folder(id).is_none() {
        return Ok(());
    }
    Err(Problem::new(Code::Conflict, sentences::given_by_folder(id)))
}

pub fn is_same(left: &PackageRow, right: &PackageRow) -> bool {
    left.plugin_id == right.plugin_id && left.file_hash == right.file_hash
}

/// `1.10.0` is after `1.9.0`.
pub fn number(version: &str) -> Vec<u32> {
    version.split('.').filter_map(|part| part.parse().ok()).collect()
}
