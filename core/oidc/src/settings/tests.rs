use super::*;
use tempfile::TempDir;

const WHOLE: &str = r#"
issuer = "https://id.chain.example/realms/staff"
client_id = "regulars"
redirect_url = "https://till.chain.example/logged-in"
"#;

fn read(folder: &TempDir, more: &str, secret: Option<&str>) -> Result<Settings, String> {
    let path = folder.path().join("oidc.toml");
    fs::write(&path, format!("{WHOLE}{more}")).unwrap();
    Settings::read(&path, secret.map(str::to_owned)).map_err(|fault| fault.to_string())
}

#[test]
fn what_is_not_said_is_as_usual() {
    let folder = tempfile::tempdir().unwrap();
    let settings = read(&folder, "", Some("s3cret\n")).ok().unwrap();
    assert_eq!(settings.client_secret, "s3cret");
    assert_eq!(
        (settings.scopes.join(" "), settings.account_claim),
        ("openid email".into(), "sub".into())
    );
    assert!(!settings.link_by_email && settings.authorities.is_none());
    fs::write(folder.path().join("secret"), " of-a-file \n").unwrap();
    let settings = read(&folder, "client_secret_file = \"secret\"", None).ok().unwrap();
    assert_eq!(settings.client_secret, "of-a-file");
}

#[test]
fn each_mistake_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty"), "\n").unwrap();
    for (more, secret, fault) in [
        ("", None, "client_secret_file, or set REGULARS_OIDC_SECRET"),
        ("", Some(" "), "secret is missing"),
        ("client_secret_file = \"empty\"", None, "secret is missing"),
        ("client_secret_file = \"gone\"", None, "gone cannot be read"),
        ("client_secret_file = \"empty\"", Some("x"), "given twice"),
        ("client_secret = \"x\"", Some("x"), "unknown field `client_secret`"),
        ("scopes = [\"email\"]", Some("x"), "must hold `openid`"),
        ("account_claim = \"\"", Some("x"), "account_claim is empty"),
        ("domains = [\"chain.example\"]", Some("x"), "link_by_email = true"),
        ("link_by_email = true\nscopes = [\"openid\"]", Some("x"), "the scope `email`"),
        ("link_by_email = true\ndomains = [\"@chain.example\"]", Some("x"), "`@chain.example`"),
        ("ca_file = \"empty\"", Some("x"), "holds no certificate"),
    ] {
        let found = read(&folder, more, secret).err().unwrap_or_default();
        assert!(found.contains(fault), "{more}: {found}");
    }
}

#[test]
fn nothing_goes_where_others_can_read_it() {
    for taken in [
        "https://id.chain.example",
        "http://127.0.0.1:8080/realms/x",
        "http://[::1]:1/",
        "http://localhost/",
    ] {
        assert!(is_taken(taken), "{taken}");
    }
    for refused in [
        "http://id.chain.example",
        "http://localhost.chain.example",
        "http://127.0.0.1.chain.example",
        "http://localhost@chain.example",
        "https://id.chain.example/#x",
        "id.chain.example",
        "ftp://id.chain.example",
        "javascript:alert(1)",
        "",
    ] {
        assert!(!is_taken(refused), "{refused}");
    }
}
