//! Head office changes rules: for everybody, for a part of the chain, as a draft that is tried,
//! published, given up, or taken back.

use crate::{
    chain::{CAFES, REGIONS, SHOPS, switch},
    command::context,
    failure::{Broken, Held},
    office::{Draft, Put, Settings, ideas},
    simulation::Simulation,
};
use regulars_engine::{
    Code, Ctx, Engine, Problem,
    request::{NewDraft, Publication, Rollout},
};
use regulars_model::{DraftId, Instant, said::Word};
use std::collections::BTreeMap;

/// A change as it is asked for; each is one transaction.
#[derive(Debug)]
enum Change {
    Put(Put),
    RollBack,
}

impl Simulation<'_> {
    /// By a server whose clock is right: what two wrong clocks put in force has the order of the clocks.
    pub(super) fn change_rules(&mut self) -> Held {
        let server = self.any_server();
        if !self.servers[server].is_right() {
            return Ok(());
        }
        let (plugin, set) = self.dice.pick(&ideas()).clone();
        let throw = self.dice.between(0, 10);
        if self.office.is_off(plugin) || self.dice.percent(15) {
            return self.switch(server, plugin);
        }
        match self.office.draft.clone() {
            Some(draft) if draft.tried_in.is_some() && throw < 8 => {
                let change = match throw {
                    0..3 => Change::Put(Put::Publish {
                        draft: draft.number,
                        plugin: draft.plugin,
                        set: draft.set,
                    }),
                    3..5 => Change::Put(Put::Abort { draft: draft.number }),
                    5..7 => Change::RollBack,
                    _ => Change::Put(self.roll_out(&draft)),
                };
                self.change(server, change)
            }
            Some(draft) if draft.tried_in.is_none() && throw < 4 => {
                self.change(server, Change::RollBack)
            }
            _ if self.office.is_trying(plugin) => Ok(()),
            None if throw < 6 && !self.office.has(plugin, None, &set) => {
                let draft = self.prepare(server, plugin, set)?;
                let put = self.roll_out(&draft);
                self.office.draft = Some(draft);
                self.change(server, Change::Put(put))
            }
            _ => {
                let part = self.dice.percent(40).then(|| self.part());
                if self.office.has(plugin, part.as_deref(), &set) {
                    return Ok(());
                }
                self.change(server, Change::Put(Put::Settings { plugin, part, set }))
            }
        }
    }

    /// One that a draft speaks of stays as it is.
    fn switch(&mut self, server: usize, plugin: &'static str) -> Held {
        if self.office.draft.as_ref().is_some_and(|draft| draft.plugin == plugin) {
            return Ok(());
        }
        let on = self.office.is_off(plugin);
        self.change(server, Change::Put(Put::Switch { plugin, on }))
    }

    fn part(&mut self) -> String {
        (*self.dice.pick(&[REGIONS[0], REGIONS[1], CAFES])).to_owned()
    }

    fn roll_out(&mut self, draft: &Draft) -> Put {
        let unit = match self.dice.percent(50) {
            true => self.part(),
            false => self.dice.pick(&SHOPS).code.to_owned(),
        };
        let (draft, plugin, set) = (draft.number, draft.plugin, draft.set.clone());
        Put::RollOut { draft, plugin, set, units: vec![unit] }
    }

    fn prepare(
        &mut self,
        server: usize,
        plugin: &'static str,
        set: Settings,
    ) -> Result<Draft, Broken> {
        let number = self.next_number();
        let own = &self.servers[server];
        let ctx = context(&own.engine, number);
        let id = own.wait(create_draft(&own.engine, &ctx, plugin, set.clone()))?;
        let number = number as usize;
        Ok(Draft { id, number, plugin, set, tried_in: None, before: Settings::new() })
    }

    /// A lost answer is looked up: what head office sees next is what was put in force.
    fn change(&mut self, server: usize, change: Change) -> Held {
        let weather = self.weather();
        let at = self.servers[server].now();
        self.begin_to(format!("{change:?} by server {server} at {at}, {weather:?}"));
        let before = self.versions()?;
        let number = self.next_number();
        let own = &self.servers[server];
        own.weather.set(weather);
        let draft = self.office.draft.as_ref().map(|draft| draft.id);
        let ctx = context(&own.engine, number);
        let done = own.wait(change.ask(&own.engine, &ctx, draft));
        let passed = own.weather.pass();
        if passed.dead {
            self.crash(server)?;
        }
        match done {
            Ok(()) => {}
            Err(problem) if passed.struck && problem.code == Code::Unavailable => {
                self.summary.lost += 1;
                if self.versions()? == before {
                    self.forget_untried();
                    return Ok(());
                }
            }
            Err(problem) => return Err(problem.into()),
        }
        self.summary.changes += 1;
        match change {
            // It stands since the beginning, for whatever is told later.
            Change::Put(put) if self.known.by_id.is_empty() => {
                self.office.put(Instant::BEGINNING, put);
            }
            Change::Put(put) => self.office.put(at, put),
            Change::RollBack => self.office.roll_back(),
        }
        Ok(())
    }

    /// One that was prepared and never came into force.
    fn forget_untried(&mut self) {
        let is_known =
            |draft: &mut Draft| draft.tried_in.is_none() && draft.before == Settings::new();
        let _ = self.office.draft.take_if(is_known);
    }

    fn versions(&self) -> Result<usize, Broken> {
        let rows = self.witness.wait(self.witness.store.load_configuration())?;
        Ok(rows.settings.len())
    }
}

impl Change {
    async fn ask(&self, engine: &Engine, ctx: &Ctx, draft: Option<DraftId>) -> Result<(), Problem> {
        match (self, draft) {
            (Change::Put(put), draft) => put.ask(engine, ctx, draft.into_iter().next()).await,
            (Change::RollBack, Some(id)) => engine.roll_back_draft(ctx, id).await.map(drop),
            (Change::RollBack, None) => Ok(()),
        }
    }
}

impl Put {
    /// `draft` is the one it speaks of, where it speaks of one.
    pub async fn ask(
        &self,
        engine: &Engine,
        ctx: &Ctx,
        draft: Option<DraftId>,
    ) -> Result<(), Problem> {
        match (self, draft) {
            (Put::Settings { plugin, part: None, set }, _) => {
                engine.change_settings(ctx, plugin, set.clone()).await.map(drop)
            }
            (Put::Settings { plugin, part: Some(part), set }, _) => {
                engine.change_unit_settings(ctx, plugin, part, set.clone()).await.map(drop)
            }
            (Put::Switch { plugin, on }, _) => switch(engine, ctx, plugin, *on).await,
            (Put::RollOut { units, .. }, Some(id)) => {
                let rollout = Rollout { units: units.clone(), at: None };
                engine.roll_out_draft(ctx, id, &rollout).await.map(drop)
            }
            (Put::Publish { .. }, Some(id)) => {
                engine.publish_draft(ctx, id, &Publication::default()).await.map(drop)
            }
            (Put::Abort { .. }, Some(id)) => engine.abort_draft(ctx, id).await.map(drop),
            (_, None) => Err(Problem::not_found(Word("draft", "草案"), "of this step")),
        }
    }
}

pub async fn create_draft(
    engine: &Engine,
    ctx: &Ctx,
    plugin: &str,
    set: Settings,
) -> Result<DraftId, Problem> {
    let draft = NewDraft {
        plugin: plugin.to_owned(),
        title: "An idea".to_owned(),
        set,
        units: BTreeMap::new(),
        version: None,
    };
    engine.create_draft(ctx, draft).await.map(|draft| draft.id)
}
