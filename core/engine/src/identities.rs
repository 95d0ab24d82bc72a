//! Identities of a customer: added, retired, moved.

use crate::{
    Ctx, Engine, Problem,
    audit::{About, image_of_identity},
    authorise::{Action, authorise},
    customers::{identity_row, identity_taken, view},
    identity::read_identity,
    problem::Code,
    record::Loaded,
    request::{IdentityDraft, MoveIdentity},
    sentences,
    view::Reply,
    write::{Intent, Plan, Scene, submit},
};
use regulars_model::{CustomerId, Identity, limits::IDENTITIES_PER_CUSTOMER_MAX};
use regulars_store::{
    Changeset, CommitOutcome, CustomerWrite, Find, FullCustomer, IdentityRow, IdentityState,
    IdentityWrite,
};

/// Another writer may come between the reading and the moving this often.
const MOVE_ATTEMPTS_MAX: u32 = 10;

impl Engine {
    pub async fn add_identity(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        draft: IdentityDraft,
    ) -> Result<Reply, Problem> {
        authorise(ctx, Action::AddIdentity)?;
        let identity = read_identity(&draft).map_err(|fault| Problem::invalid(vec![fault]))?;
        let holder = self.holder_of(&identity).await?;
        let is_seen = match holder {
            Some(holder) => self.load_seen(ctx, holder).await.is_ok(),
            None => false,
        };
        let wanted = identity.clone();
        let added = submit(&self.inner.queue, ctx, Find::Id(id), None, move |scene| {
            let (customer, full) = match both(scene, id)? {
                Some(both) => both,
                None => return Ok(Plan::NeedsFull),
            };
            if let Some(holder) = holder.filter(|holder| *holder != id) {
                return Err(identity_taken(Some(&identity), is_seen.then_some(holder)));
            }
            let known = find(full, &identity);
            if known.is_some_and(|row| row.state == IdentityState::Active) {
                let view = view(scene.ctx, customer, scene.configuration, &full.identities);
                return Ok(Plan::Answer(Reply::json(200, &view)));
            }
            if full.identities.len() >= IDENTITIES_PER_CUSTOMER_MAX {
                let detail = sentences::identities_most(IDENTITIES_PER_CUSTOMER_MAX);
                return Err(Problem::new(Code::Conflict, detail));
            }
            let row = identity_row(id, &identity, scene.ctx.now);
            let rows = with(full, &row);
            Ok(change(customer, rows, IdentityWrite::Add(row, identity.claim()), 201))
        })
        .await;
        match added {
            Err(problem) if problem.code == Code::Unavailable => {
                // The claim may have been taken while the write was under way.
                let taken = self.holder_of(&wanted).await?.is_some_and(|holder| holder != id);
                Err(if taken { just_taken(&wanted) } else { problem })
            }
            done => done,
        }
    }

    pub async fn retire_identity(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        draft: IdentityDraft,
    ) -> Result<Reply, Problem> {
        authorise(ctx, Action::RetireIdentity)?;
        let identity = read_identity(&draft).map_err(|fault| Problem::invalid(vec![fault]))?;
        submit(&self.inner.queue, ctx, Find::Id(id), None, move |scene| {
            let (customer, full) = match both(scene, id)? {
                Some(both) => both,
                None => return Ok(Plan::NeedsFull),
            };
            let Some(known) = find(full, &identity) else { return Err(no_such(id, &identity)) };
            if known.state == IdentityState::Retired {
                let view = view(scene.ctx, customer, scene.configuration, &full.identities);
                return Ok(Plan::Answer(Reply::json(200, &view)));
            }
            let row = IdentityRow { state: IdentityState::Retired, ..known.clone() };
            let rows = with(full, &row);
            Ok(change(customer, rows, IdentityWrite::Retire(row, identity.claim()), 200))
        })
        .await
    }

    /// Touches two customers, both or neither; so it goes past the queue, straight to the store.
    pub async fn move_identity(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        draft: MoveIdentity,
    ) -> Result<Reply, Problem> {
        authorise(ctx, Action::MoveIdentity)?;
        let written = IdentityDraft { kind: draft.kind, value: draft.value };
        let identity = read_identity(&written).map_err(|fault| Problem::invalid(vec![fault]))?;
        if draft.to == id {
            let message = sentences::move_to_another();
            return Err(Problem::invalid_at("/to", "wrong_value", message));
        }
        self.once(ctx, self.move_to(ctx, id, draft.to, &identity)).await
    }

    async fn move_to(
        &self,
        ctx: &Ctx,
        from: CustomerId,
        to: CustomerId,
        identity: &Identity,
    ) -> Result<Reply, Problem> {
        self.load_seen(ctx, from).await?;
        self.load_seen(ctx, to).await?;
        for _ in 0..MOVE_ATTEMPTS_MAX {
            if let Some(reply) = self.try_move(ctx, from, to, identity).await? {
                return Ok(reply);
            }
        }
        Err(Problem::unavailable(sentences::others_were_faster()))
    }

    /// None when somebody wrote one of the two in between.
    async fn try_move(
        &self,
        ctx: &Ctx,
        from: CustomerId,
        to: CustomerId,
        identity: &Identity,
    ) -> Result<Option<Reply>, Problem> {
        let store = &self.inner.store;
        let load = |id| async move {
            store.load_full(id).await?.ok_or_else(|| Problem::not_found(sentences::CUSTOMER, id))
        };
        let (giver, taker) = (load(from).await?, load(to).await?);
        let own = find(&giver, identity).filter(|row| row.state == IdentityState::Active);
        let configuration = self.configuration();
        let Some(own) = own else {
            // Sent twice: it is where it was to go.
            let there =
                find(&taker, identity).is_some_and(|row| row.state == IdentityState::Active);
            return match there {
                true => {
                    let customer = Loaded::read(&taker.customer)?;
                    let view = view(ctx, &customer, &configuration, &taker.identities);
                    Ok(Some(Reply::json(200, &view)))
                }
                false => Err(no_such(from, identity)),
            };
        };
        let mut given =
            Changeset::of(CustomerWrite::UpdateWithinEpoch(Loaded::read(&giver.customer)?.row()));
        let retired = IdentityRow { state: IdentityState::Retired, ..own.clone() };
        given.identities.push(IdentityWrite::Retire(retired, identity.claim()));
        let customer = Loaded::read(&taker.customer)?;
        let mut taken = Changeset::of(CustomerWrite::UpdateWithinEpoch(customer.row()));
        let row = identity_row(to, identity, ctx.now);
        let rows = with(&taker, &row);
        let (held, moved) = (image_of_identity(from, own), image_of_identity(to, &row));
        let about = |id: CustomerId| About { customer: Some(id), ..About::new("customer", id) };
        given.audit.push(self.inner.audit(ctx, about(from), Some(held), None));
        taken.audit.push(self.inner.audit(ctx, about(to), None, Some(moved)));
        taken.identities.push(IdentityWrite::Add(row, identity.claim()));
        let reply = Reply::json(200, &view(ctx, &customer, &configuration, &rows));
        given.idempotency = ctx.answer(&reply);
        match store.commit_pair(&[given, taken]).await? {
            CommitOutcome::Committed => Ok(Some(reply)),
            CommitOutcome::Stale | CommitOutcome::Conflict(_) => Ok(None),
        }
    }

    async fn holder_of(&self, identity: &Identity) -> Result<Option<CustomerId>, Problem> {
        let request = regulars_store::LoadRequest {
            find: Find::Claims(vec![identity.claim()]),
            source_claim: None,
            idempotency: None,
            tail_us: Some(0),
        };
        let group = self.inner.store.load_group(&[request]).await?;
        let claims =
            group.members.first().map(|member| member.claims.as_slice()).unwrap_or_default();
        Ok(claims.first().map(|(_, holder)| *holder))
    }
}

fn just_taken(identity: &Identity) -> Problem {
    let detail = sentences::identity_just_given(sentences::kind(identity.kind));
    Problem::new(Code::IdentityTaken, detail)
}

fn both<'a>(
    scene: &'a Scene<'_>,
    id: CustomerId,
) -> Result<Option<(&'a Loaded, &'a FullCustomer)>, Problem> {
    let customer = scene.customer.ok_or_else(|| Problem::not_found(sentences::CUSTOMER, id))?;
    Ok(scene.full.map(|full| (customer, full)))
}

fn find<'a>(full: &'a FullCustomer, identity: &Identity) -> Option<&'a IdentityRow> {
    full.identities.iter().find(|row| row.kind == identity.kind && row.value == identity.value)
}

/// The identities as they will be.
fn with(full: &FullCustomer, row: &IdentityRow) -> Vec<IdentityRow> {
    let same = |own: &&IdentityRow| own.kind == row.kind && own.value == row.value;
    let others = full.identities.iter().filter(|own| !same(own)).cloned();
    others.chain([row.clone()]).collect()
}

fn change(customer: &Loaded, rows: Vec<IdentityRow>, write: IdentityWrite, status: u16) -> Plan {
    let mut intent = Intent::of(customer.clone(), move |done| {
        Reply::json(status, &view(done.ctx, done.customer, done.configuration, &rows))
    });
    intent.identities.push(write);
    Plan::Write(Box::new(intent))
}

fn no_such(id: CustomerId, identity: &Identity) -> Problem {
    let detail = sentences::no_such_identity(id.to_string(), sentences::kind(identity.kind));
    Problem::new(Code::NotFound, detail)
}
