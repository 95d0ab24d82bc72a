//! Who may do what: every operation of REST stands here once, with the roles it is open to. Which
//! customers an actor may see is said in `sight.rs`.

use crate::{
    ctx::Ctx,
    problem::{Code, Problem},
    sentences,
};
use regulars_model::{event::kind, said::Said};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// In the order of the columns below.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Changes everything, people and keys included.
    Admin,
    /// Changes rules; sees customers, their personal data masked.
    HeadOffice,
    /// Looks at groups of customers, counts and what goes out.
    Marketing,
    /// Sees and serves all customers of its stores.
    StoreManager,
    /// Looks up one customer, records purchases and visits.
    Cashier,
    /// Looks after the customers assigned to it.
    SalesGuide,
    /// Answers customers who call or write.
    CustomerService,
    /// A till, an online shop, a gateway.
    Integration,
    /// One customer, through the shop's own mini-program.
    Member,
}

impl Role {
    pub const ALL: [(&str, Role); 9] = [
        ("admin", Role::Admin),
        ("head_office", Role::HeadOffice),
        ("marketing", Role::Marketing),
        ("store_manager", Role::StoreManager),
        ("cashier", Role::Cashier),
        ("sales_guide", Role::SalesGuide),
        ("customer_service", Role::CustomerService),
        ("integration", Role::Integration),
        ("member", Role::Member),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    pub fn find(name: &str) -> Option<Role> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, role)| *role)
    }
}

/// What of the organisation an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// What lies within the actor's own units.
    Own,
    /// All of it: nobody may who acts for some units only.
    All,
}

macro_rules! actions {
    (@may x) => { true };
    (@may -) => { false };
    (@reach own) => { Reach::Own };
    (@reach all) => { Reach::All };
    ($($action:ident = $name:literal $reach:ident [$($may:tt)+];)+) => {
        /// An operation; its name is the `operationId` of the API description.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action { $($action),+ }

        impl Action {
            pub const ALL: &[Action] = &[$(Action::$action),+];

            pub fn name(self) -> &'static str {
                match self { $(Action::$action => $name),+ }
            }

            pub fn reach(self) -> Reach {
                match self { $(Action::$action => actions!(@reach $reach)),+ }
            }

            /// By role, in their order.
            fn row(self) -> [bool; 9] {
                match self { $(Action::$action => [$(actions!(@may $may)),+]),+ }
            }
        }
    };
}

actions! {
    //                                                  admin head  mark. man.  cash. guide serv. integ memb.
    CreateCustomer = "create_customer"           own [x     -     -     x     x     x     x     x     -];
    ListCustomers = "list_customers"             own [x     x     x     x     -     x     x     x     -];
    Identify = "identify"                        own [x     x     -     x     x     x     x     x     -];
    LoadCustomer = "load_customer"               own [x     x     x     x     x     x     x     x     x];
    PatchCustomer = "patch_customer"             own [x     -     -     x     -     x     x     x     -];
    AddIdentity = "add_identity"                 own [x     -     -     x     -     x     x     x     -];
    RetireIdentity = "retire_identity"           own [x     -     -     x     -     x     x     x     -];
    MoveIdentity = "move_identity"               own [x     -     -     -     -     -     x     x     -];
    RecordConsent = "record_consent"             own [x     -     -     x     -     x     x     x     x];
    ListConsents = "list_consents"               own [x     x     -     x     -     x     x     x     x];
    Timeline = "timeline"                        own [x     x     -     x     -     x     x     x     x];
    ListDecisions = "list_decisions"             own [x     x     -     x     -     x     x     x     -];
    RecordScenario = "record_scenario"           own [x     x     -     -     -     -     -     -     -];
    VerifyDecisions = "verify_decisions"         all [x     x     -     -     -     -     -     -     -];
    Explain = "explain"                          own [x     x     -     x     x     x     x     x     -];
    ListHeld = "list_held"                       own [x     x     -     -     -     -     -     x     -];
    AppendEvent = "append_event"                 own [x     -     -     x     x     x     x     x     -];
    PreviewEvent = "preview_event"               own [x     -     -     x     x     x     x     x     -];
    AppendMany = "append_many"                   own [x     -     -     -     -     -     -     x     -];
    ListTasks = "list_tasks"                     own [x     x     -     x     -     x     x     x     -];
    LoadTask = "load_task"                       own [x     x     -     x     -     x     x     x     -];
    ClaimTask = "claim_task"                     own [x     -     -     x     -     x     x     x     -];
    CompleteTask = "complete_task"               own [x     -     -     x     -     x     x     x     -];
    PostponeTask = "postpone_task"               own [x     -     -     x     -     x     x     x     -];
    ListOutbox = "list_outbox"                   own [x     x     x     -     -     -     -     x     -];
    MessageSent = "message_sent"                 own [x     -     -     -     -     -     -     x     -];
    MessageFailed = "message_failed"             own [x     -     -     -     -     -     -     x     -];
    ListUnits = "list_units"                     own [x     x     x     x     x     x     x     x     -];
    LoadUnit = "load_unit"                       own [x     x     x     x     x     x     x     x     -];
    PutUnit = "put_unit"                         all [x     -     -     -     -     -     -     -     -];
    ListSchemas = "list_schemas"                 own [x     x     x     x     x     x     x     x     -];
    LoadSchema = "load_schema"                   own [x     x     x     x     x     x     x     x     -];
    PutSchema = "put_schema"                     all [x     -     -     -     -     -     -     -     -];
    ListPlugins = "list_plugins"                 own [x     x     x     -     -     -     -     x     -];
    LoadPlugin = "load_plugin"                   own [x     x     x     -     -     -     -     x     -];
    LoadTable = "load_table"                     own [x     x     x     -     -     -     -     x     -];
    PutTable = "put_table"                       all [x     x     -     -     -     -     -     -     -];
    ChangeSettings = "change_settings"           all [x     x     -     -     -     -     -     -     -];
    LoadUnitSettings = "load_unit_settings"      own [x     x     x     x     -     -     -     x     -];
    ChangeUnitSettings = "change_unit_settings"  all [x     x     -     -     -     -     -     -     -];
    PutPluginUnits = "put_plugin_units"          all [x     x     -     -     -     -     -     -     -];
    InstallPlugin = "install_plugin"             all [x     -     -     -     -     -     -     -     -];
    RollbackPlugin = "rollback_plugin"           all [x     x     -     -     -     -     -     -     -];
    ReleasePlugin = "release_plugin"             all [x     x     -     -     -     -     -     -     -];
    RerunPlugin = "rerun_plugin"                 all [x     x     -     -     -     -     -     -     -];
    UninstallPlugin = "uninstall_plugin"         all [x     -     -     -     -     -     -     -     -];
    CreateDraft = "create_draft"                 all [x     x     -     -     -     -     -     -     -];
    ListDrafts = "list_drafts"                   all [x     x     x     -     -     -     -     -     -];
    LoadDraft = "load_draft"                     all [x     x     x     -     -     -     -     -     -];
    CheckDraft = "check_draft"                   all [x     x     -     -     -     -     -     -     -];
    RollOutDraft = "roll_out_draft"              all [x     x     -     -     -     -     -     -     -];
    PublishDraft = "publish_draft"               all [x     x     -     -     -     -     -     -     -];
    AbortDraft = "abort_draft"                   all [x     x     -     -     -     -     -     -     -];
    RollBackDraft = "roll_back_draft"            all [x     x     -     -     -     -     -     -     -];
    DiscardDraft = "discard_draft"               all [x     x     -     -     -     -     -     -     -];
    CreateIssue = "create_issue"                 all [x     x     -     -     -     -     -     -     -];
    ListIssues = "list_issues"                   all [x     x     x     -     -     -     -     -     -];
    LoadIssue = "load_issue"                     all [x     x     x     -     -     -     -     -     -];
    StartIssue = "start_issue"                   all [x     x     -     -     -     -     -     -     -];
    PauseIssue = "pause_issue"                   all [x     x     -     -     -     -     -     -     -];
    CancelIssue = "cancel_issue"                 all [x     x     -     -     -     -     -     -     -];
    StartWhatIf = "start_what_if"                own [x     x     x     -     -     -     -     -     -];
    LoadWhatIf = "load_what_if"                  own [x     x     x     -     -     -     -     -     -];
    CancelWhatIf = "cancel_what_if"              own [x     x     x     -     -     -     -     -     -];
    CountBy = "count_by"                         own [x     x     x     x     -     -     -     x     -];
    CreateKey = "create_key"                     all [x     -     -     -     -     -     -     -     -];
    ListKeys = "list_keys"                       all [x     -     -     -     -     -     -     -     -];
    RevokeKey = "revoke_key"                     all [x     -     -     -     -     -     -     -     -];
    CreateStaff = "create_staff"                 all [x     -     -     -     -     -     -     -     -];
    ListStaff = "list_staff"                     own [x     x     -     x     -     -     -     -     -];
    PutStaff = "put_staff"                       all [x     -     -     -     -     -     -     -     -];
    SetPassword = "set_password"                 all [x     -     -     -     -     -     -     -     -];
    LoadPasswordRule = "load_password_rule"      own [x     x     x     x     x     x     x     -     -];
    PutPasswordRule = "put_password_rule"        all [x     -     -     -     -     -     -     -     -];
    HandOver = "hand_over"                       own [x     -     -     x     -     -     -     -     -];
    ListSessions = "list_sessions"               own [x     x     x     x     x     x     x     x     -];
    EndSession = "end_session"                   own [x     x     x     x     x     x     x     x     -];
    EndSessions = "end_sessions"                 own [x     x     x     x     x     x     x     x     -];
    ChangePassword = "change_password"           own [x     x     x     x     x     x     x     -     -];
    MakeMemberToken = "make_member_token"        own [x     -     -     -     -     -     -     x     -];
    ListAudit = "list_audit"                     all [x     -     -     -     -     -     -     -     -];
}

impl Role {
    /// Who needs telephone numbers, birthdays and addresses whole; for all others they are masked.
    pub fn sees_personal_data(self) -> bool {
        match self {
            Role::Admin
            | Role::StoreManager
            | Role::SalesGuide
            | Role::CustomerService
            | Role::Integration
            | Role::Member => true,
            Role::HeadOffice | Role::Marketing | Role::Cashier => false,
        }
    }
}

impl Action {
    pub fn find(name: &str) -> Option<Action> {
        Action::ALL.iter().copied().find(|action| action.name() == name)
    }

    pub fn is_open_to(self, role: Role) -> bool {
        self.row()[role as usize]
    }
}

/// Fails with Forbidden, naming the role and the action.
pub fn authorise(ctx: &Ctx, action: Action) -> Result<(), Problem> {
    let _ = ctx.acting.set(action);
    let (actor, name) = (&ctx.actor, action.name().replace('_', " "));
    let forbidden = |detail| Err(forbidden(action, detail));
    if !action.is_open_to(actor.role) {
        return forbidden(sentences::role_may_not(actor.role.name(), name));
    }
    if actor.actions.as_ref().is_some_and(|actions| !actions.contains(&action)) {
        let role = actor.role.name();
        return forbidden(match actor.session_id {
            Some(_) => sentences::not_before_password(role, name),
            None => sentences::key_may_not(role, name),
        });
    }
    if action.reach() == Reach::All && !actor.units.is_empty() {
        let role = actor.role.name();
        return forbidden(sentences::not_for_some_units(name, role));
    }
    Ok(())
}

/// What is recorded at a counter.
const AT_THE_COUNTER: [&str; 4] = [kind::PURCHASE, kind::REFUND, kind::VOID, kind::VISIT];

/// Fails with Forbidden where the role records other kinds of events only.
pub fn authorise_kind(ctx: &Ctx, kind: &str) -> Result<(), Problem> {
    match ctx.actor.role {
        Role::Cashier if !AT_THE_COUNTER.contains(&kind) => {
            let kinds = AT_THE_COUNTER.join(", ");
            let detail = sentences::cashier_may_not(kind, kinds);
            Err(forbidden(Action::AppendEvent, detail))
        }
        _ => Ok(()),
    }
}

/// With the action, by which the audit knows it.
fn forbidden(action: Action, detail: Said) -> Problem {
    Problem::new(Code::Forbidden, detail).with("action", action.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admin_may_everything_and_a_member_next_to_nothing() {
        for action in Action::ALL {
            assert!(action.is_open_to(Role::Admin), "{}", action.name());
            assert_eq!(Action::find(action.name()), Some(*action));
        }
        let of_member = Action::ALL.iter().filter(|action| action.is_open_to(Role::Member));
        assert!(of_member.clone().count() <= 5, "{:?}", of_member.collect::<Vec<_>>());
    }

    #[test]
    fn a_role_is_found_by_its_name() {
        for (place, (name, role)) in Role::ALL.iter().enumerate() {
            assert_eq!(
                (Role::find(name), role.name(), *role as usize),
                (Some(*role), *name, place)
            );
        }
    }
}
