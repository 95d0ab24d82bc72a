//! All that the product does differently where there is Unix. Integrators work on Windows and macOS too, so
//! nothing else may: a test looks for it.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    path::Path,
};

/// For nobody but its owner to read, where files have such a thing; one that was there before too.
pub fn open_private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

/// With those above it that are missing; one that is there stays as it is.
pub fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

/// A plain file that nobody but its owner may touch, and the owner owns the folder too. Elsewhere than on Unix
/// a folder says who may write what is in it, and whoever chose this one is trusted with that.
pub fn is_private(path: &Path) -> bool {
    let Ok(found) = fs::symlink_metadata(path) else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let folder = path.parent().and_then(|folder| fs::metadata(folder).ok());
        let owner = folder.map(|folder| folder.uid());
        if found.mode() & 0o077 != 0 || Some(found.uid()) != owner {
            return false;
        }
    }
    found.is_file()
}

/// Ready when the system asks this process to end (SIGTERM); never, where there is no such thing.
pub async fn terminated() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            terminate.recv().await;
            return;
        }
    }
    std::future::pending().await
}
