//! The page needs nothing from anywhere else, and may not ask for it.

use regulars_tests::App;

#[test]
fn the_page_allows_and_names_only_this_server() {
    let app = App::sqlite();
    for path in ["/", "/docs"] {
        let page = app.call("GET", path).without("authorization").send().expect(200);
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("connect-src 'self'"));
        assert!(
            !policy.contains("http") && !policy.contains('*') && !policy.contains("unsafe-eval")
        );
        assert!(!page.body.contains("//"), "something from elsewhere: {}", page.body);
        for part in page.body.split("src=\"").skip(1) {
            let source = part.split('"').next().unwrap();
            app.get(source).expect(200);
        }
    }
}

#[test]
fn the_script_comes_whole() {
    let app = App::sqlite();
    let script = app.get("/docs/scalar.js").expect(200);
    assert!(script.header("content-type").starts_with("text/javascript"));
    assert_eq!(script.header("content-encoding"), "gzip");
    assert!(script.body.len() > 500_000, "{} bytes", script.body.len());
}
