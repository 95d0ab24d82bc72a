//! A plugin's folder read again while the server runs, for whoever writes it. Only the process itself
//! asks for this, when its starter said so: never a request.

use crate::{
    Actor, Engine, Problem,
    configuration::PluginVersion,
    open::given_twice,
    packages::{ATTEMPTS_MAX, Next, itself, outrun},
    settings::check_settings,
    view::VersionInForce,
};
use regulars_model::text::Language;
use std::path::Path;

impl Engine {
    /// Puts what the folder holds now in force. Where it does not load, or does not accept the
    /// settings as they stand, what was in force stays.
    pub async fn reread_plugin(&self, folder: &Path) -> Result<VersionInForce, Problem> {
        let library = &self.inner.library;
        let runnable = library.load_folder(folder).await?;
        let id = &runnable.manifest.id;
        let ctx = self.context(Actor::operator(), Language::English, None);
        for _ in 0..ATTEMPTS_MAX {
            let configuration = self.inner.reload().await?;
            let standing = configuration.plugins.get(id).filter(|own| !own.version.uninstalled);
            if standing.is_some_and(|plugin| plugin.package.is_some()) {
                return Err(given_twice(id));
            }
            let version = match standing {
                Some(plugin) => plugin.version.upgraded(&runnable),
                None => PluginVersion::first(&runnable.hash),
            };
            let (manifest, decider) = (&runnable.manifest, &*runnable.watched);
            check_settings(manifest, decider, &version, &self.inner.library, &configuration)?;
            // The configuration is built anew of what the library holds.
            library.put_in_folder(runnable.clone());
            let next = Next::new(runnable.clone(), version);
            match self.put_in_force(&ctx, &configuration, standing, next, itself).await {
                Ok(Some(done)) => return Ok(done),
                Ok(None) => {}
                Err(problem) => {
                    if let Some(before) = standing {
                        library.put_in_folder(before.runnable());
                    }
                    return Err(problem);
                }
            }
        }
        Err(outrun())
    }
}
