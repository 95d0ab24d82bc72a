//! `regulars staff`: here, or by the server that holds the database.

use crate::{
    Fault,
    cli::{Place, StaffCommand},
    keys::{read_role, said_or_nothing, units},
    language::tell,
    sentences,
    session::{Session, open, read},
};
use regulars_engine::{
    request::{HandOver, SetPassword, StaffChange, StaffDraft},
    view::{HandedOver, MadeStaff, Page, StaffView},
};
use regulars_model::StaffId;
use serde_json::json;
use std::io::Read;

pub async fn run(place: &Place, command: StaffCommand) -> Result<(), Fault> {
    match command {
        StaffCommand::Create { login, name, role, unit, password_stdin } => {
            let (role, password) = (read_role(&role)?, read_password(password_stdin)?);
            let draft = StaffDraft { login, name, role, units: unit, password, subject: None };
            create(place, draft).await
        }
        StaffCommand::List => {
            list(&open(place).await?).await?.iter().for_each(print);
            Ok(())
        }
        StaffCommand::Disable { login } => disable(place, &login).await,
        StaffCommand::SetPassword { login, password_stdin } => {
            let draft = SetPassword { password: read_password(password_stdin)? };
            set_password(place, &login, draft).await
        }
        StaffCommand::HandOver { login, to } => hand_over(place, &login, &to).await,
    }
}

async fn create(place: &Place, draft: StaffDraft) -> Result<(), Fault> {
    let made = match open(place).await? {
        Session::Local(local) => local.engine.create_staff(&local.ctx(), draft).await?,
        Session::Remote(remote) => read(remote.call("POST", "/staff", Some(json!(draft))).await?)?,
    };
    print_made(&made);
    Ok(())
}

async fn list(session: &Session) -> Result<Vec<StaffView>, Fault> {
    Ok(match session {
        Session::Local(local) => local.engine.list_staff(&local.ctx()).await?,
        Session::Remote(remote) => {
            read::<Page<StaffView>>(remote.call("GET", "/staff", None).await?)?.items
        }
    })
}

async fn find(session: &Session, login: &str) -> Result<StaffView, Fault> {
    let login = login.to_lowercase();
    let found = list(session).await?.into_iter().find(|staff| staff.login == login);
    found.ok_or_else(|| sentences::nobody(login).into())
}

async fn disable(place: &Place, login: &str) -> Result<(), Fault> {
    let session = open(place).await?;
    let known = find(&session, login).await?;
    let draft = StaffChange {
        name: known.name,
        role: read_role(&known.role)?,
        units: known.units,
        disabled: true,
        must_change_password: None,
        subject: None,
        without_password: false,
    };
    let changed = match session {
        Session::Local(local) => local.engine.put_staff(&local.ctx(), known.id, draft).await?,
        Session::Remote(remote) => {
            read(remote.call("PUT", &format!("/staff/{}", known.id), Some(json!(draft))).await?)?
        }
    };
    print(&changed);
    Ok(())
}

async fn set_password(place: &Place, login: &str, draft: SetPassword) -> Result<(), Fault> {
    let session = open(place).await?;
    let id = find(&session, login).await?.id;
    let made = match session {
        Session::Local(local) => local.engine.set_password(&local.ctx(), id, draft).await?,
        Session::Remote(remote) => {
            let path = format!("/staff/{id}/password");
            read(remote.call("POST", &path, Some(json!(draft))).await?)?
        }
    };
    print_made(&made);
    Ok(())
}

async fn hand_over(place: &Place, login: &str, to: &[String]) -> Result<(), Fault> {
    let session = open(place).await?;
    let from = find(&session, login).await?.id;
    let mut takers: Vec<StaffId> = Vec::with_capacity(to.len());
    for login in to {
        takers.push(find(&session, login).await?.id);
    }
    let (mut customers, mut tasks) = (0, 0);
    loop {
        let draft = HandOver { to: takers.clone() };
        let page: HandedOver = match &session {
            Session::Local(local) => local.engine.hand_over(&local.ctx(), from, draft).await?,
            Session::Remote(remote) => {
                let path = format!("/staff/{from}/hand-over");
                read(remote.call("POST", &path, Some(json!(draft))).await?)?
            }
        };
        (customers, tasks) = (customers + page.customers, tasks + page.tasks);
        if !page.more {
            let (customers, tasks) = (customers.to_string(), tasks.to_string());
            tell(&sentences::handed_over(customers, tasks, login, to));
            return Ok(());
        }
    }
}

/// Never an argument, which every user of the machine could read.
fn read_password(is_given: bool) -> Result<Option<String>, Fault> {
    if !is_given {
        return Ok(None);
    }
    let mut text = String::new();
    let read = std::io::stdin().take(4_096).read_to_string(&mut text);
    read.map_err(|error| sentences::no_password(error.to_string()))?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn print_made(made: &MadeStaff) {
    print(&made.staff);
    if let Some(password) = &made.password {
        tell(&sentences::password(password));
    }
}

fn print(staff: &StaffView) {
    let units = units(&staff.units);
    let state = said_or_nothing(staff.disabled_at.map(|at| sentences::disabled(at.to_string())));
    println!("{} {:20} {:20} {}, {units}{state}", staff.id, staff.login, staff.name, staff.role);
}
