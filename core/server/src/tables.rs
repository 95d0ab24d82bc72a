//! `regulars plugin table`: a plugin's reference data from a file, or as it stands.

use crate::{
    Fault,
    cli::Place,
    language::tell,
    sentences,
    session::{Session, open, read, typed},
};
use regulars_engine::view::{TableChanged, TableView};
use serde_json::{Map, Value as Json, json};
use std::path::Path;

pub async fn table(
    place: &Place,
    plugin: &str,
    name: &str,
    file: Option<&Path>,
) -> Result<(), Fault> {
    let session = open(place).await?;
    let there = load(&session, plugin, name).await?;
    let Some(file) = file else {
        println!("{}", json!(there.rows));
        return Ok(());
    };
    let rows = read_rows(file, &there.schema)?;
    let changed: TableChanged = match session {
        Session::Local(local) => local.engine.put_table(&local.ctx(), plugin, name, rows).await?,
        Session::Remote(remote) => {
            let path = format!("/plugins/{plugin}/tables/{name}");
            read(remote.call("PUT", &path, Some(json!(rows))).await?)?
        }
    };
    tell(&sentences::table_put(plugin, name, changed.rows.to_string(), &changed.hash[..12]));
    tell(&sentences::decided_again(changed.customers.to_string()));
    Ok(())
}

pub async fn load(session: &Session, plugin: &str, name: &str) -> Result<TableView, Fault> {
    match session {
        Session::Local(local) => Ok(local.engine.load_table(&local.ctx(), plugin, name).await?),
        Session::Remote(remote) => {
            read(remote.call("GET", &format!("/plugins/{plugin}/tables/{name}"), None).await?)
        }
    }
}

/// A JSON list of objects, or CSV whose first line names the columns.
pub fn read_rows(file: &Path, schema: &Json) -> Result<Vec<Json>, Fault> {
    let shown = file.display().to_string();
    let wrong = |error: String| Fault::from(sentences::in_file(&shown, error));
    let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("json") => serde_json::from_str(&text).map_err(|error| wrong(error.to_string())),
        Some("csv") => read_csv(&text, schema).map_err(wrong),
        _ => Err(sentences::in_file(&shown, sentences::not_a_table()).into()),
    }
}

fn read_csv(text: &str, schema: &Json) -> Result<Vec<Json>, String> {
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let columns = reader.headers().map_err(|error| error.to_string())?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let cells = columns.iter().zip(&record).map(|(column, cell)| {
            let shape = &schema["items"]["properties"][column];
            (column.to_owned(), typed(&Json::String(cell.to_owned()), shape))
        });
        rows.push(Json::Object(cells.collect::<Map<_, _>>()));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_as_their_column_says() {
        let schema = json!({"items": {"properties": {
            "sku": {"type": "string"}, "cups": {"type": "integer"}, "sweet": {"type": "boolean"},
        }}});
        let text = "\u{feff}sku,cups,sweet\n007,2,true\n\"a,b\",x,false\n";
        let rows = read_csv(text, &schema).expect("rows");
        let expected = json!([
            {"sku": "007", "cups": 2, "sweet": true},
            // What is no number is shown as it is to whoever checks it.
            {"sku": "a,b", "cups": "x", "sweet": false},
        ]);
        assert_eq!(json!(rows), expected);
        let error = read_csv("sku,cups\na\n", &schema).expect_err("a short line");
        assert!(error.contains("line: 2"), "{error}");
    }
}
