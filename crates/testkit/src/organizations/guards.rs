//! Nobody decides about themselves, and the last administrator stays. [`guards!`](crate::guards) makes a test of each
//! guard, in a world of a service's own.

use axum::http::StatusCode;
use futures::stream::FuturesUnordered;
use futures::{Stream, StreamExt as _};
use serde_json::json;

use super::{Organization, World};
use crate::session::Answer;

/// Makes a test of each guard that every kind of organization has.
#[macro_export]
macro_rules! guards {
    ($world:ty) => {
        $crate::guards! { $world =>
            nobody_changes_their_own_employment,
            members_administer_nothing,
            a_right_that_was_taken_away_is_gone_at_once,
            two_administrators_cannot_remove_each_other,
            who_changes_much_at_once_keeps_nobody_else_waiting,
            who_reads_much_at_once_keeps_nobody_else_waiting,
            who_hires_much_at_once_stands_in_line_before_iam_service_is_asked,
        }
    };
    ($world:ty => $($guard:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $guard() {
                let world = <$world>::start().await;
                $crate::organizations::guards::$guard(&world).await;
            }
        )+
    };
}

/// Nobody changes their own employment, nor what comes with it.
pub async fn nobody_changes_their_own_employment(world: &World) {
    let organization = world.organization("Blue Harbor").await;
    let team = world.team(&organization, "Night Watch").await;
    let admin = world.as_user(organization.admin);
    let own = organization.employee(&organization.admin_employee);
    let member = team.member(&organization.admin_employee);
    let roles = [world.service.administrator, "SECURITY_SYSTEM_DISARMER"];
    let schedule = json!({ "timeZone": "UTC", "windows": [], "exceptions": [] });
    for (path, body) in [
        (format!("{own}/roles"), json!({ "roles": roles })),
        (format!("{own}/schedule"), schedule),
        (own.clone(), json!({ "name": "Boss" })),
        (member, json!({})),
    ] {
        admin.put(&path, body).await.fails(403, "own-grants");
    }
    for path in [&format!("{own}/schedule"), &own] {
        admin.delete(path).await.fails(403, "own-grants");
    }
    let again = json!({ "email": "admin@blue-harbor.example", "name": "Me" });
    admin
        .post(&format!("{}/employees", organization.path), again)
        .await
        .fails(403, "own-grants");
    assert_eq!(admin.get(&own).await.is(StatusCode::OK)["version"], 1);
}

/// Nobody changes the roles of a team that they belong to, at this location of the organization's.
pub async fn nobody_changes_the_roles_of_their_own_team(
    world: &World,
    organization: &Organization,
    location: &str,
) {
    let team = world.team(organization, "Night Watch").await;
    let second = second_administrator(world, organization).await;
    let (first, second_admin) = (
        world.as_user(organization.admin),
        world.as_user(second.user),
    );
    let member = team.member(&second.id);
    first.put(&member, json!({})).await.is(StatusCode::OK);

    let roles = json!({ "roles": ["SECURITY_SYSTEM_DISARMER"] });
    let at = team.at(location);
    second_admin
        .put(&at, roles.clone())
        .await
        .fails(403, "own-grants");
    for path in [&member, &team.path] {
        second_admin.delete(path).await.fails(403, "own-grants");
    }
    first.put(&at, roles).await.is(StatusCode::OK);
    second_admin.delete(&at).await.fails(403, "own-grants");
    first.delete(&team.path).await.is(StatusCode::NO_CONTENT);
}

/// Who is no administrator sees the organization, and changes nothing of it.
pub async fn members_administer_nothing(world: &World) {
    let organization = world.organization("Blue Harbor").await;
    let roles = ["SECURITY_SYSTEM_DISARMER"];
    let grace = world.hire(&organization, "grace@example.org", &roles).await;
    let team = world.team(&organization, "Night Watch").await;
    let member = world.as_user(grace.user);
    member.get(&organization.path).await.is(StatusCode::OK);
    let below = |path: &str| format!("{}/{path}", organization.path);
    let slug = "not-an-administrator";
    for path in [
        "employees",
        "teams",
        &format!("employees/{}", grace.id),
        &format!("teams/{}", team.id),
    ] {
        member.get(&below(path)).await.fails(403, slug);
    }
    for (employee, roles) in [
        (organization.employee(&organization.admin_employee), vec![]),
        (grace.path, vec![world.service.administrator]),
    ] {
        let body = json!({ "roles": roles });
        let changed = member.put(&format!("{employee}/roles"), body).await;
        changed.fails(403, slug);
    }
    let created = member.post(&below("teams"), json!({ "name": "T" })).await;
    created.fails(403, slug);
}

/// The caller is looked up at every request.
pub async fn a_right_that_was_taken_away_is_gone_at_once(world: &World) {
    let organization = world.organization("Blue Harbor").await;
    let second = second_administrator(world, &organization).await;
    let (first, second_admin) = (
        world.as_user(organization.admin),
        world.as_user(second.user),
    );
    let teams = format!("{}/teams", organization.path);
    let team = json!({ "name": "Operators" });
    let create = async || second_admin.post(&teams, team.clone()).await;
    create().await.is(StatusCode::CREATED);
    first
        .put(&format!("{}/roles", second.path), json!({ "roles": [] }))
        .await
        .is(StatusCode::OK);
    create().await.fails(403, "not-an-administrator");
    second_admin
        .get(&teams)
        .await
        .fails(403, "not-an-administrator");
    first.delete(&second.path).await.is(StatusCode::NO_CONTENT);
    create().await.fails(404, "not-found");
    second_admin.get(&teams).await.fails(404, "not-found");
}

/// Whether by ending the other's employment or by taking their role: one of two is first.
pub async fn two_administrators_cannot_remove_each_other(world: &World) {
    for round in 0..8 {
        let organization = world.organization(&format!("Organization {round}")).await;
        let second = second_administrator(world, &organization).await;
        let first = organization.employee(&organization.admin_employee);
        let (one, other) = (
            world.as_user(organization.admin),
            world.as_user(second.user),
        );
        let none = json!({ "roles": [] });
        let (a, b) = if round % 2 == 0 {
            tokio::join!(one.delete(&second.path), other.delete(&first))
        } else {
            let (first, second) = (format!("{first}/roles"), format!("{}/roles", second.path));
            tokio::join!(one.put(&second, none.clone()), other.put(&first, none))
        };
        let done = [&a, &b].iter().filter(|it| it.status.is_success()).count();
        assert_eq!(done, 1, "{} {}", a.status, b.status);
        let refused = if a.status.is_success() { b } else { a };
        assert!([403, 404].contains(&refused.status.as_u16()));
        let administrators: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM employment WHERE administrator AND organization_id = $1::uuid",
        )
        .bind(&organization.id)
        .fetch_one(world.pool())
        .await
        .unwrap();
        assert_eq!(administrators, 1);
    }
}

async fn second_administrator(world: &World, organization: &Organization) -> super::Employee {
    let email = format!("second@{}.example", organization.id);
    let roles = [world.service.administrator];
    world.hire(organization, &email, &roles).await
}

/// However much is being changed of one organization, and waits for its lock, others change theirs.
pub async fn who_changes_much_at_once_keeps_nobody_else_waiting(world: &World) {
    let busy = world.organization("Blue Harbor").await;
    let other = world.organization("Cedar Hill").await;
    let team = world.team(&busy, "Night Watch").await;
    let mut held = world.pool().begin().await.unwrap();
    let lock = sqlx::query("select from organization where id = $1 for update");
    let id: uuid::Uuid = busy.id.parse().unwrap();
    lock.bind(id).execute(&mut *held).await.unwrap();

    let rename = || async {
        let admin = world.as_user(busy.admin);
        admin
            .put(&team.path, json!({ "name": "Night Watch" }))
            .await
    };
    let mut renamed: FuturesUnordered<_> = (0..40).map(|_| rename()).collect();
    are_too_many(&mut renamed, 8).await;
    let others = async {
        world.team(&other, "Day Watch").await;
        let stranger = world.as_user(other.admin);
        let hidden = stranger.put(&team.path, json!({ "name": "Ours" })).await;
        hidden.fails(404, "not-found");
    };
    tokio::select! {
        early = renamed.next() => panic!("not yet: {early:?}"),
        () = others => {}
    }
    held.rollback().await.unwrap();
    while let Some(done) = renamed.next().await {
        done.is(StatusCode::OK);
    }
}

/// However much one person reads, there is a connection for others.
pub async fn who_reads_much_at_once_keeps_nobody_else_waiting(world: &World) {
    let busy = world.organization("Blue Harbor").await;
    let mut held = world.pool().begin().await.unwrap();
    let lock = sqlx::query("lock table employment");
    lock.execute(&mut *held).await.unwrap();

    let admin = world.as_user(busy.admin);
    let path = format!("{}/employees", busy.path);
    let mut read: FuturesUnordered<_> = (0..40).map(|_| admin.get(&path)).collect();
    are_too_many(&mut read, 8).await;
    let other = world.platform();
    tokio::select! {
        early = read.next() => panic!("not yet: {early:?}"),
        answer = other.get(&busy.path) => drop(answer.is(StatusCode::OK)),
    }
    held.rollback().await.unwrap();
    while let Some(done) = read.next().await {
        done.is(StatusCode::OK);
    }
}

/// However long iam-service is silent, of all whom one person hires or makes administrators meanwhile it is asked about a few.
pub async fn who_hires_much_at_once_stands_in_line_before_iam_service_is_asked(world: &World) {
    let busy = world.organization("Blue Harbor").await;
    world.network.black_hole();
    let (admin, platform) = (world.as_user(busy.admin), world.platform());
    let path = format!("{}/employees", busy.path);
    let hire = json!({ "email": "grace@example.org", "name": "Grace" });
    let mut hired: FuturesUnordered<_> = (0..40).map(|_| admin.post(&path, hire.clone())).collect();
    are_too_many(&mut hired, 8).await;
    let found = json!({ "name": "Cedar Hill", "administrator": hire });
    let mut founded: FuturesUnordered<_> = (0..40)
        .map(|_| platform.post(world.service.path, found.clone()))
        .collect();
    are_too_many(&mut founded, 8).await;
}

/// The first answers are that this caller asks for too much.
async fn are_too_many(answers: &mut (impl Stream<Item = Answer> + Unpin), count: usize) {
    for _ in 0..count {
        let refused = answers.next().await.unwrap();
        assert_eq!(refused.header("retry-after"), "1");
        refused.fails(429, "too-many-requests");
    }
}
