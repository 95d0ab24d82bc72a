use super::{PURCHASES, file};
use crate::import::{ImportArgs, ImportError, Summary, run};
use regulars_engine::{Engine, Options, World};
use regulars_model::text::Language;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const NOW: &str = "2026-06-01T12:00:00Z";

struct Shop {
    folder: TempDir,
    engine: Engine,
}

impl Shop {
    async fn open() -> Shop {
        let folder = TempDir::new().unwrap();
        let database = format!("sqlite:{}", folder.path().join("regulars.db").display());
        let (world, _) = World::at(NOW.parse().unwrap());
        let trust = Default::default();
        let options = Options { database, plugins: Vec::new(), cache: None, trust, world };
        Shop { engine: Engine::open(options).await.unwrap(), folder }
    }

    async fn import(&self, content: &str, map: &str) -> Result<Summary, ImportError> {
        let (content, map) = (file(content), file(map));
        let args = ImportArgs {
            file: content.path().to_owned(),
            map: map.path().to_owned(),
            as_of: None,
            rejects: Some(self.rejects()),
            json: false,
            no_progress: true,
        };
        run(&self.engine, &args).await
    }

    fn rejects(&self) -> PathBuf {
        self.folder.path().join("rejects.csv")
    }
}

fn counts(summary: &Summary) -> [u64; 5] {
    [summary.read, summary.created, summary.events, summary.repeated, summary.rejected]
}

fn delimited(extra: &str) -> String {
    format!("format = \"delimited\"\n{extra}\n{PURCHASES}")
}

#[tokio::test(flavor = "multi_thread")]
async fn twice_changes_nothing_and_more_rows_add_only_themselves() {
    let shop = Shop::open().await;
    let map = delimited("shift = \"newest-is-today\"");
    let mut content = String::from("customer,date,amount\n");
    for row in 0..4_000 {
        content.push_str(&format!("{},1997-05-{:02},{}.00\n", row % 1_700, row % 28 + 1, row % 3));
    }
    let first = shop.import(&content, &map).await.unwrap();
    assert_eq!(counts(&first), [4_000, 1_700, 4_000, 0, 0]);
    assert!(!shop.rejects().exists());
    let again = shop.import(&content, &map).await.unwrap();
    assert_eq!(counts(&again), [4_000, 0, 0, 4_000, 0]);
    content.push_str("1,1997-05-01,99.00\nnew,1997-05-01,0.00\n");
    let more = shop.import(&content, &map).await.unwrap();
    assert_eq!(counts(&more), [4_002, 1, 2, 4_000, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_refused_by_map_and_engine_stand_in_the_file_of_rejects() {
    let shop = Shop::open().await;
    let content = "customer,date,amount\n1,2026-05-03,x\n1,2026-05-03,\n1,2026-05-03,\"2.00\"\n";
    let summary = shop.import(content, &delimited("")).await.unwrap();
    assert_eq!(counts(&summary), [3, 1, 1, 0, 2]);
    let mut rejects = csv::Reader::from_path(shop.rejects()).unwrap();
    let rejects: Vec<_> = rejects.records().map(Result::unwrap).collect();
    assert_eq!((&rejects[0][0], &rejects[0][2]), ("2", "1,2026-05-03,x"));
    assert!(rejects[0][1].starts_with("event.amount: `x`"));
    assert_eq!((&rejects[1][0], &rejects[1][2]), ("3", "1,2026-05-03,"));
    assert!(rejects[1][1].contains("amount"), "{}", &rejects[1][1]);
    // What was refused before is not taken for this run's.
    shop.import("customer,date,amount\n1,2026-05-03,3\n", &delimited("")).await.unwrap();
    assert!(!shop.rejects().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_map_brings_nothing_in() {
    let shop = Shop::open().await;
    let wrong = delimited("").replace("\"amount\" }", "\"amout\" }");
    let content = "customer,date,amount\n1,2026-05-03,2\n";
    assert!(matches!(shop.import(content, &wrong).await, Err(ImportError::Map { .. })));
    let right = shop.import(content, &delimited("")).await.unwrap();
    assert_eq!(counts(&right), [1, 1, 1, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_that_is_shipped() {
    let shop = Shop::open().await;
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/cdnow");
    let read = |name: &str| std::fs::read_to_string(samples.join(name)).unwrap();
    let summary = shop.import(&read("CDNOW_sample.txt"), &read("map.toml")).await.unwrap();
    assert_eq!(counts(&summary), [6_919, 2_357, 6_919, 0, 0]);
    let json: serde_json::Value =
        serde_json::from_str(&summary.text(true, Language::English)).unwrap();
    let members: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["created", "events", "read", "rejected", "repeated", "seconds"]);
}
