use access::{Facts, Location};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::organizations::facts;
use testkit::organizations::masking::NOBODY;

use crate::world::World;

#[tokio::test]
async fn a_decision_gets_what_bears_on_it_and_nothing_else() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let other = world.customer("Cedar Hill").await;
    let admin = world.as_user(customer.admin);
    let grace = world
        .hire(&customer, "grace@example.org", &["SECURITY_SYSTEM_VIEWER"])
        .await;
    let someone = world.hire(&customer, "someone@example.org", &[]).await;
    world
        .hire(&other, "grace@example.org", &["SECURITY_SYSTEM_DISARMER"])
        .await;
    let tower = world.location(&customer, "Harbor Tower").await;
    let annex = world.location(&customer, "Harbor Annex").await;
    let armer = json!(["SECURITY_SYSTEM_ARMER"]);
    let at = json!({ "locationRoles": { &tower: armer, &annex: armer } });
    admin
        .put(&format!("{}/location-roles", grace.path), at)
        .await
        .is(StatusCode::OK);
    let night = world.team(&customer, "Night Watch").await;
    let day = world.team(&customer, "Day Watch").await;
    let away = world.team(&customer, "Away").await;
    for (team, location) in [(&night, &tower), (&day, &annex), (&away, &tower)] {
        let path = team.at(location);
        admin
            .put(&path, json!({ "roles": armer }))
            .await
            .is(StatusCode::OK);
    }
    for (team, employee) in [
        (&night, &grace),
        (&day, &grace),
        (&night, &someone),
        (&away, &someone),
    ] {
        let path = team.member(&employee.id);
        admin.put(&path, json!({})).await.is(StatusCode::OK);
    }

    let machine = world.as_machine("facts:read");
    let about = json!({ "userId": grace.user, "locationId": tower });
    let answer = machine.post("/facts/decision", about).await;
    assert!(
        answer
            .header("consistency-token")
            .starts_with("customer-service=\"1:")
    );
    let body = answer.is(StatusCode::OK);
    let organization = json!({ "kind": "customer", "id": customer.id });
    let expected = json!({
        "location": { "id": tower, "name": "Harbor Tower", "customer": customer.id,
            "customerName": "Blue Harbor", "dealer": null, "provider": null },
        "employments": [{ "id": grace.id, "user": grace.user, "organization": organization,
            "organizationName": "Blue Harbor", "roles": ["SECURITY_SYSTEM_VIEWER"],
            "locationRoles": { &tower: armer }, "schedule": null }],
        "teams": [
            { "id": night.id, "name": "Night Watch", "organization": organization, "members": [grace.id], "roles": { &tower: armer } },
            { "id": day.id, "name": "Day Watch", "organization": organization, "members": [grace.id], "roles": {} },
        ],
    });
    assert_eq!(sorted(body.clone()), sorted(expected));
    serde_json::from_value::<Facts>(body).unwrap();
}

/// Teams in the order of their names: their ids are made at the same instant.
fn sorted(mut facts: Value) -> Value {
    let teams = facts["teams"].as_array_mut().unwrap();
    teams.sort_by_key(|team| team["name"].as_str().unwrap().to_owned());
    facts
}

#[tokio::test]
async fn about_nowhere_and_nobody_there_is_nothing_to_know() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let tower = world.location(&customer, "Harbor Tower").await;
    let machine = world.as_machine("facts:read");
    let nothing = json!({ "location": null, "employments": [], "teams": [] });
    let about = json!({ "userId": customer.admin, "locationId": NOBODY });
    let facts = machine
        .post("/facts/decision", about)
        .await
        .is(StatusCode::OK);
    assert_eq!(facts, nothing);
    let about = json!({ "userId": NOBODY, "locationId": tower });
    let facts = machine
        .post("/facts/decision", about)
        .await
        .is(StatusCode::OK);
    assert_eq!(
        (&facts["employments"], &facts["location"]["id"]),
        (&json!([]), &json!(tower))
    );
    machine
        .post(
            "/facts/decision",
            json!({ "userId": "x", "locationId": tower }),
        )
        .await
        .names("userId");
    for missing in [json!({ "locationId": tower }), json!({ "userId": NOBODY })] {
        let answer = machine.post("/facts/decision", missing).await;
        answer.fails(422, "invalid");
    }
}

#[tokio::test]
async fn a_user_gets_all_that_they_are_granted_in_parts() {
    let world = World::start().await;
    facts::a_user_gets_all_that_they_are_granted_in_parts(&world).await;
}

#[tokio::test]
async fn a_user_gets_what_they_hold_at_locations() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let tower = world.location(&customer, "Harbor Tower").await;
    let grace = world.hire(&customer, "grace@example.org", &[]).await;
    let admin = world.as_user(customer.admin);
    let roles = json!({ &tower: ["SECURITY_SYSTEM_ARMER"] });
    let at = json!({ "locationRoles": roles });
    let path = format!("{}/location-roles", grace.path);
    admin.put(&path, at).await.is(StatusCode::OK);
    let machine = world.as_machine("facts:read");
    let about = json!({ "userId": grace.user });
    let told = machine.post("/facts/user", about).await.is(StatusCode::OK);
    assert_eq!(told["employments"][0]["locationRoles"], roles);
}

/// Callers read 4 MB of an answer and no more, so what one person can be granted has to fit.
#[tokio::test]
async fn all_that_a_user_can_be_granted_is_told_in_parts_that_are_read() {
    let world = World::start().await;
    let mut employees = Vec::new();
    for name in ["Blue Harbor", "Cedar Hill", "Dune"] {
        world.clock.advance(jiff::SignedDuration::from_millis(1));
        let customer = world.customer(name).await;
        let grace = world.hire(&customer, "grace@example.org", &[]).await;
        grant_all(&world, &customer.id, &grace.id).await;
        employees.push(grace);
    }
    let machine = world.as_machine("facts:read");
    let (mut told, mut page) = (Vec::new(), json!(null));
    loop {
        let about = json!({ "userId": employees[0].user, "page": page });
        let part = machine.post("/facts/user", about).await.is(StatusCode::OK);
        assert!(part.to_string().len() < 4 << 20);
        let roles = |it: &Value, of: &str| it[of].as_object().unwrap().len();
        for employment in part["employments"].as_array().unwrap() {
            assert_eq!(roles(employment, "locationRoles"), 1000);
            told.push(employment["id"].as_str().unwrap().to_owned());
        }
        let teams = part["teams"].as_array().unwrap();
        let at = teams.iter().map(|it| roles(it, "roles")).sum::<usize>();
        assert_eq!(at, 20_000 * part["employments"].as_array().unwrap().len());
        page = part["nextPage"].clone();
        if page.is_null() {
            break;
        }
    }
    let expected: Vec<_> = employees.iter().map(|it| it.id.clone()).collect();
    assert_eq!(told, expected, "each once, in order");
}

/// A thousand locations, and roles at all of them for the employee and for twenty teams of theirs.
async fn grant_all(world: &World, customer: &str, employee: &str) {
    let mut tx = world.pool().begin().await.unwrap();
    for statement in [
        "INSERT INTO location (id, customer_id, name)
         SELECT gen_random_uuid(), $1::uuid, 'Somewhere' FROM generate_series(1, 1000)
          WHERE $2::uuid IS NOT NULL",
        "INSERT INTO employment_location (organization_id, employee_id, location_id, roles)
         SELECT $1::uuid, $2::uuid, id, '[\"SECURITY_SYSTEM_ARMER\", \"SECURITY_SYSTEM_DISARMER\", \"SECURITY_SYSTEM_VIEWER\"]'
           FROM location WHERE customer_id = $1::uuid",
        "INSERT INTO team (id, organization_id, name)
         SELECT gen_random_uuid(), $1::uuid, 'Team' FROM generate_series(1, 20)
          WHERE $2::uuid IS NOT NULL",
        "INSERT INTO team_member (organization_id, team_id, employee_id)
         SELECT $1::uuid, id, $2::uuid FROM team WHERE organization_id = $1::uuid",
        "INSERT INTO team_location (organization_id, team_id, location_id, roles)
         SELECT organization_id, team_id, location_id, roles
           FROM team_member JOIN employment_location USING (organization_id, employee_id)
          WHERE organization_id = $1::uuid AND employee_id = $2::uuid",
    ] {
        sqlx::query(statement)
            .bind(customer)
            .bind(employee)
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn who_administers_an_organization_is_told() {
    let world = World::start().await;
    facts::who_administers_an_organization_is_told(&world).await;
}

#[tokio::test]
async fn locations_are_told_by_their_ids() {
    let world = World::start().await;
    let customer = world.customer("Blue Harbor").await;
    let tower = world.location(&customer, "Harbor Tower").await;
    let machine = world.as_machine("facts:read");
    let about = json!({ "locationIds": [tower, NOBODY, tower] });
    let answer = machine.post("/facts/locations", about).await;
    assert!(
        answer
            .header("consistency-token")
            .starts_with("customer-service=")
    );
    let told = answer.is(StatusCode::OK);
    assert_eq!(told["locations"].as_array().unwrap().len(), 1);
    assert_eq!(told["locations"][0]["version"], 1);
    serde_json::from_value::<Location>(told["locations"][0].clone()).unwrap();
    let none = machine
        .post("/facts/locations", json!({ "locationIds": [] }))
        .await;
    assert_eq!(none.is(StatusCode::OK), json!({ "locations": [] }));
    let many = json!({ "locationIds": vec![NOBODY; 101] });
    machine
        .post("/facts/locations", many)
        .await
        .names("locationIds");
}

#[tokio::test]
async fn facts_are_for_clients_with_the_scope_and_as_fresh_as_asked_for() {
    let world = World::start().await;
    let questions = [
        ("locations", json!({ "locationIds": [] })),
        ("locations-served", json!({ "dealerIds": [] })),
    ];
    facts::facts_are_for_clients_with_the_scope_and_as_fresh_as_asked_for(&world, &questions).await;
}

#[tokio::test]
async fn a_token_that_nobody_can_read_is_for_callers_to_know() {
    let world = World::start().await;
    world.customer("Blue Harbor").await;
    let headers = [("consistency-token", "customer-service=2")];
    let machine = world.as_machine("facts:read");
    let about = Some(json!({ "locationIds": [] }));
    let answer = machine.send(Method::POST, "/facts/locations", about, &headers);
    answer.await.fails(400, "malformed");
    for token in ["customer-service=\"1:3\"", "customer-service=2"] {
        let headers = [("consistency-token", token)];
        let nobody = world.anonymous();
        let answer = nobody.send(Method::GET, "/customers", None, &headers).await;
        answer.fails(401, "invalid-token");
    }
}

#[tokio::test]
async fn who_asks_for_readiness_says_how_fresh() {
    let world = World::start().await;
    world.customer("Blue Harbor").await;
    for (token, status) in [("1:2", 200), ("1:3", 503)] {
        let token = format!("customer-service=\"{token}\"");
        let headers = [("consistency-token", token.as_str())];
        let nobody = world.anonymous();
        let ready = nobody.send(Method::GET, "/health/ready", None, &headers);
        assert_eq!(ready.await.status, status, "{token}");
    }
}
