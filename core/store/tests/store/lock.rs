//! One process owns a SQLite file.

use regulars_store::*;
use std::path::Path;

#[test]
fn a_second_holder_is_told_who_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("var/regulars.db");
    assert_eq!(read_contact(&database), None);
    let mut lock = StoreLock::acquire(&database).unwrap();
    let sentence = refusal(&database);
    assert!(sentence.contains(&format!("process {}", std::process::id())), "{sentence}");

    lock.write_contact("127.0.0.1:7878", "a token").unwrap();
    let sentence = refusal(&database);
    assert!(sentence.contains("127.0.0.1:7878") && !sentence.contains("a token"), "{sentence}");
    let contact = read_contact(&database).expect("a holder");
    assert_eq!(contact.address.as_deref(), Some("127.0.0.1:7878"));
    assert_eq!(contact.token.as_deref(), Some("a token"));
    assert!(!format!("{contact:?}").contains("a token"));

    drop(lock);
    assert_eq!(read_contact(&database), None);
    let text = std::fs::read_to_string(folder.path().join("var/regulars.db.lock")).unwrap();
    assert_eq!(text, "");
    StoreLock::acquire(&database).unwrap();
}

#[cfg(unix)]
#[test]
fn the_token_is_for_nobody_else() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("regulars.db");
    let path = folder.path().join("regulars.db.lock");
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let _lock = StoreLock::acquire(&database).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

fn refusal(database: &Path) -> String {
    let error = StoreLock::acquire(database).expect_err("it is held");
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    error.to_string()
}
