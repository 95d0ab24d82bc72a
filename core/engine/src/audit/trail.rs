//! What each action leaves behind. An action that is not named here does not compile.

use crate::authorise::Action;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trail {
    /// An entry for each record it changes, with the change.
    Change,
    /// One entry for the request: what it changes is committed piece by piece.
    Request,
    /// One entry: personal data of many have left, or were looked through.
    Read,
    /// The event itself says who recorded it, when and where, and is never changed.
    Event,
    /// One record is looked at, or nothing of anybody's.
    Nothing,
}

impl Action {
    pub fn trail(self) -> Trail {
        use Action::*;
        match self {
            CreateCustomer | PatchCustomer | AddIdentity | RetireIdentity | MoveIdentity
            | RecordConsent | ClaimTask | CompleteTask | PostponeTask | MessageSent
            | MessageFailed | PutUnit | PutSchema | PutTable | ChangeSettings | PutPluginUnits
            | ChangeUnitSettings | InstallPlugin | RollbackPlugin | ReleasePlugin
            | UninstallPlugin | StartWhatIf | CreateDraft | CheckDraft | RollOutDraft
            | PublishDraft | AbortDraft | RollBackDraft | DiscardDraft | CancelWhatIf
            | CreateIssue | StartIssue | PauseIssue | CancelIssue | CreateKey | RevokeKey
            | CreateStaff | PutStaff | SetPassword | ChangePassword | PutPasswordRule
            | EndSession | EndSessions | MakeMemberToken => Trail::Change,
            // And one at the end that says to whom all of it went.
            HandOver => Trail::Change,
            // Where it creates somebody; who finds a customer looks at one.
            Identify => Trail::Change,
            AppendMany | RerunPlugin => Trail::Request,
            ListCustomers | ListOutbox | CountBy | RecordScenario | ListAudit => Trail::Read,
            AppendEvent => Trail::Event,
            LoadCustomer | ListConsents | Timeline | ListDecisions | Explain | PreviewEvent
            | LoadTask | LoadWhatIf => Trail::Nothing,
            // They name customers by their ids, and say nothing of them.
            ListHeld | ListTasks | VerifyDecisions => Trail::Nothing,
            ListUnits | LoadUnit | ListSchemas | LoadSchema | ListPlugins | LoadPlugin
            | LoadTable | LoadUnitSettings | ListDrafts | LoadDraft | ListIssues | LoadIssue
            | ListKeys | ListStaff | ListSessions | LoadPasswordRule => Trail::Nothing,
        }
    }
}
