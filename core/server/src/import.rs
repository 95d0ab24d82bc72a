//! placeholder until the import lands
use clap::Args;
use regulars_engine::Engine;
#[derive(Args)]
pub struct ImportArgs {
    #[arg(long)]
    pub json: bool,
}
pub struct Summary;
impl Summary {
    pub fn text(&self, _json: bool) -> String {
        String::new()
    }
}
pub async fn run(_: &Engine, _: &ImportArgs) -> Result<Summary, std::io::Error> {
    Ok(Summary)
}
