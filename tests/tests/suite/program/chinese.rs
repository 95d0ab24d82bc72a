//! The command line in Chinese: what head office and whoever keeps the server are told.

use regulars_engine::World;
use regulars_model::{Instant, said::is_chinese};
use regulars_tests::{Place, Program, root};
use std::{fs, process::Output};

struct Shop {
    program: Program,
    folder: tempfile::TempDir,
}

impl Shop {
    fn new() -> Shop {
        let program = Program::on(Place::sqlite());
        program.run(&["unit", "put", "store-1", "--name", "One", "--kind", "store"]);
        Shop { program, folder: tempfile::tempdir().unwrap() }
    }

    fn ask(&self, arguments: &[&str]) -> Output {
        let arguments = [&["--lang", "zh-CN"], arguments].concat();
        self.program.command(&arguments).output().unwrap()
    }

    fn says(&self, arguments: &[&str], expected: &str) -> String {
        let Output { status, stdout, stderr } = self.ask(arguments);
        let said = String::from_utf8(stdout).unwrap();
        assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
        assert!(said.contains(expected) && is_chinese(&said), "{arguments:?}: {said}");
        said
    }

    fn refuses(&self, arguments: &[&str], expected: &str) {
        let Output { status, stderr, .. } = self.ask(arguments);
        let said = String::from_utf8(stderr).unwrap();
        assert!(!status.success() && said.contains(expected), "{arguments:?}: {said}");
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

#[test]
fn people_and_keys() {
    let shop = Shop::new();
    let made = shop.says(&["key", "create", "--name", "till", "--role", "cashier"], "只显示这一次");
    assert!(made.starts_with("till 的 API 密钥，角色 cashier。"), "{made}");
    let listed = shop.says(&["key", "list"], "整个组织");
    let id = listed.split_whitespace().next().unwrap();
    shop.says(&["key", "revoke", id], "，已于 20");
    shop.refuses(&["key", "create", "--name", "x", "--role", "owner"], "没有角色 `owner`");
    let create = |login: &str| {
        let more = ["--name", login, "--role", "sales_guide", "--unit", "store-1"];
        shop.says(&[&["staff", "create", login][..], &more].concat(), "首次登录时须修改");
    };
    ["wang", "li"].into_iter().for_each(create);
    let over = ["staff", "hand-over", "wang", "--to", "li"];
    shop.says(&over, "wang 的 0 位顾客和 0 项任务已移交给 li");
    shop.says(&["staff", "disable", "wang"], "，已于 20");
    shop.refuses(&["staff", "disable", "nobody"], "没有登录名为 nobody 的员工");
}

#[test]
fn plugins_and_drafts() {
    let shop = Shop::new();
    shop.says(&["unit", "list"], "属于 organisation");
    shop.says(&["plugin", "list"], "jewellery-tiers 1.0.0（wasm，启用，状态 healthy）");
    let settings = ["plugin", "settings", "jewellery-tiers"];
    let version = shop.says(&settings, "设置版本");
    shop.says(&[&settings[..], &["--set", "high_above=60000.00"]].concat(), "将重新判定 0 位客户");
    shop.says(&[&settings[..], &["--unit", "store-1"]].concat(), "由 organisation 设定，自 20");
    assert!(!version.contains("60000.00"));
    shop.refuses(&[&settings[..], &["--set", "x"]].concat(), "`x` 不符合 NAME=VALUE 的写法");
    shop.says(&["plugin", "disable", "furniture-nurture"], "furniture-nurture 已停用");
    let enable = ["plugin", "enable", "furniture-nurture", "--unit", "store-1"];
    shop.says(&enable, "furniture-nurture 在 store-1 已启用");
    shop.says(&["plugin", "held"], "没有被搁置的判定");
    shop.says(&["plugin", "rerun", "jewellery-tiers"], "已判定 0 个，仍搁置 0 个");
    let draft = ["draft", "create", "jewellery-tiers", "--title", "t", "--set", "mid_from=1.00"];
    let made = String::from_utf8(shop.ask(&draft).stdout).unwrap();
    let id = made.split_whitespace().next().unwrap();
    shop.ask(&["draft", "check", id]);
    shop.says(&["draft", "rollout", id, "--unit", "store-1"], "，试行于 store-1");
    let tomorrow = Instant(World::real().now().0 + 86_400_000_000).to_string();
    shop.says(&["draft", "publish", id, "--at", &tomorrow], "，范围：整个组织");
}

#[test]
fn history_and_the_database() {
    let shop = Shop::new();
    shop.program.set_up_music_shop();
    let sample = root().join("samples/cdnow");
    let text = fs::read_to_string(sample.join("CDNOW_sample.txt")).unwrap();
    let mut lines: Vec<&str> = text.lines().take(40).collect();
    lines.push("broken");
    let file = shop.file("some.txt", &lines.join("\n"));
    let map = sample.join("map.toml");
    let import = ["import", &file, "--map", map.to_str().unwrap(), "--no-progress"];
    let said = shop.says(&import, "秒读取 41 行：导入事件 40 个");
    assert!(said.contains("，拒收 1 行，见 ") && said.ends_with("。\n"), "{said}");
    shop.says(&["count", "--by", "jewellery-tiers.tier"], "（无）");
    let there = shop.file("there", "");
    shop.refuses(&["backup", &there], "已存在，不会覆盖");
    let backup = shop.folder.path().join("all").to_str().unwrap().to_owned();
    shop.says(&["backup", &backup], "其中有个人信息");
    shop.refuses(&["restore", "/nowhere"], "无法读取 /nowhere：");
    let other = format!("sqlite:{}", shop.folder.path().join("other.db").display());
    shop.says(&["copy", "--to", &other], "发件箱中的内容会各发一次");
}
