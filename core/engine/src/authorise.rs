//! Who may do what: every operation of REST stands here once, with the roles it is open to.

use crate::{
    ctx::{Ctx, Role},
    problem::{Code, Problem},
};

macro_rules! actions {
    ($($action:ident = $name:literal: $roles:ident;)+) => {
        /// An operation; its name is the `operationId` of the API description.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action { $($action),+ }

        impl Action {
            pub const ALL: &[Action] = &[$(Action::$action),+];

            pub fn name(self) -> &'static str {
                match self { $(Action::$action => $name),+ }
            }

            pub fn roles(self) -> &'static [Role] {
                match self { $(Action::$action => $roles),+ }
            }
        }
    };
}

const EVERYONE: &[Role] = &[Role::Admin, Role::Integration, Role::Staff];
/// Bulk, other systems' work, and what shows many customers at once.
const SYSTEMS: &[Role] = &[Role::Admin, Role::Integration];
/// What changes rules or the house itself.
const HEAD_OFFICE: &[Role] = &[Role::Admin];

actions! {
    CreateCustomer = "create_customer": EVERYONE;
    ListCustomers = "list_customers": SYSTEMS;
    Identify = "identify": EVERYONE;
    LoadCustomer = "load_customer": EVERYONE;
    PatchCustomer = "patch_customer": EVERYONE;
    AddIdentity = "add_identity": EVERYONE;
    RetireIdentity = "retire_identity": EVERYONE;
    MoveIdentity = "move_identity": SYSTEMS;
    RecordConsent = "record_consent": EVERYONE;
    ListConsents = "list_consents": EVERYONE;
    Timeline = "timeline": EVERYONE;
    ListDecisions = "list_decisions": EVERYONE;
    RecordScenario = "record_scenario": HEAD_OFFICE;
    Explain = "explain": EVERYONE;
    ListHeld = "list_held": SYSTEMS;
    AppendEvent = "append_event": EVERYONE;
    PreviewEvent = "preview_event": EVERYONE;
    AppendMany = "append_many": SYSTEMS;
    ListTasks = "list_tasks": EVERYONE;
    LoadTask = "load_task": EVERYONE;
    ClaimTask = "claim_task": EVERYONE;
    CompleteTask = "complete_task": EVERYONE;
    PostponeTask = "postpone_task": EVERYONE;
    ListOutbox = "list_outbox": SYSTEMS;
    MessageSent = "message_sent": SYSTEMS;
    MessageFailed = "message_failed": SYSTEMS;
    ListUnits = "list_units": EVERYONE;
    LoadUnit = "load_unit": EVERYONE;
    PutUnit = "put_unit": HEAD_OFFICE;
    ListSchemas = "list_schemas": EVERYONE;
    LoadSchema = "load_schema": EVERYONE;
    PutSchema = "put_schema": HEAD_OFFICE;
    ListPlugins = "list_plugins": SYSTEMS;
    LoadPlugin = "load_plugin": SYSTEMS;
    LoadTable = "load_table": SYSTEMS;
    PutTable = "put_table": HEAD_OFFICE;
    ChangeSettings = "change_settings": HEAD_OFFICE;
    PutPluginUnits = "put_plugin_units": HEAD_OFFICE;
    InstallPlugin = "install_plugin": HEAD_OFFICE;
    RollbackPlugin = "rollback_plugin": HEAD_OFFICE;
    ReleasePlugin = "release_plugin": HEAD_OFFICE;
    RerunPlugin = "rerun_plugin": HEAD_OFFICE;
    UninstallPlugin = "uninstall_plugin": HEAD_OFFICE;
    StartWhatIf = "start_what_if": HEAD_OFFICE;
    LoadWhatIf = "load_what_if": HEAD_OFFICE;
    CancelWhatIf = "cancel_what_if": HEAD_OFFICE;
    CountBy = "count_by": SYSTEMS;
    CreateKey = "create_key": HEAD_OFFICE;
}

/// Fails with Forbidden, naming the role and the action.
pub fn authorise(ctx: &Ctx, action: Action) -> Result<(), Problem> {
    let role = ctx.actor.role;
    if action.roles().contains(&role) {
        return Ok(());
    }
    Err(Problem::new(
        Code::Forbidden,
        format!("the role {} may not {}", role.name(), action.name().replace('_', " ")),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_lesser_role_may_do_a_greater_one_may_too() {
        for action in Action::ALL {
            let may = |role| action.roles().contains(&role);
            assert!(may(Role::Admin), "{}", action.name());
            assert!(may(Role::Integration) || !may(Role::Staff), "{}", action.name());
        }
    }
}
