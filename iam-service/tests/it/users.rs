//! Users and their application roles.

use reqwest::Method;
use serde_json::json;

use crate::callers::{ADA, slug};
use crate::client::decode;
use crate::service::{ADMINISTRATOR, Service};

fn id_in(token: &str) -> anyhow::Result<String> {
    Ok(decode(token)?.1["userId"]
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

#[tokio::test]
async fn an_administrator_invites_and_grants_roles() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let administrator = service.signed_in_administrator().await?;
    let body = json!({ "email": "Ada@Example.com", "name": "Ada", "roles": ["REALGUARDIO_POLICY_ADMINISTRATOR"] });
    let ada = service
        .call(
            &administrator,
            Method::POST,
            "/invitations",
            Some(body.clone()),
        )
        .await?;
    assert_eq!(ada.status, 201);
    assert_eq!(
        (&ada.body["email"], &ada.body["version"]),
        (&json!(ADA), &json!(2))
    );
    let again = service
        .call(&administrator, Method::POST, "/invitations", Some(body))
        .await?;
    assert_eq!(slug(&again), (409, "email-taken"));

    let path = format!("/users/{}/roles", ada.text("id"));
    let body = json!({ "roles": ["REALGUARDIO_DEALER_ADMINISTRATOR"] });
    let stale = service
        .call_if(
            &administrator,
            Method::PUT,
            &path,
            Some(body.clone()),
            Some("\"1\""),
        )
        .await?;
    assert_eq!(slug(&stale), (412, "precondition-failed"));
    let granted = service
        .call_if(
            &administrator,
            Method::PUT,
            &path,
            Some(body),
            Some("\"2\""),
        )
        .await?;
    assert_eq!(granted.status, 200);

    service
        .set_password(&service.newest_link(ADA).await?, crate::service::PASSWORD)
        .await?;
    let (_, claims) = decode(&service.access_token(ADA).await?)?;
    assert_eq!(claims["roles"], json!(["REALGUARDIO_DEALER_ADMINISTRATOR"]));
    Ok(())
}

#[tokio::test]
async fn a_role_that_was_taken_is_gone_with_the_next_token() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let first = service.signed_in_administrator().await?;
    let (_, ada) = service.second_administrator(&first).await?;
    let tokens = service.tokens(ADA).await?;
    let none = json!({ "roles": [] });
    service
        .call(
            &first,
            Method::PUT,
            &format!("/users/{ada}/roles"),
            Some(none),
        )
        .await?;
    let (_, claims) = decode(
        &service
            .refresh(&tokens.text("refresh_token"))
            .await?
            .text("access_token"),
    )?;
    assert_eq!(claims["roles"], json!([]));
    Ok(())
}

#[tokio::test]
async fn who_was_an_administrator_reads_of_nobody_else() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let priya = service.signed_in_administrator().await?;
    let (ada, ada_id) = service.second_administrator(&priya).await?;
    let (of_ada, of_priya) = (
        format!("/users/{ada_id}"),
        format!("/users/{}", id_in(&priya)?),
    );
    let read = async |path: &str| {
        let reply = service.call(&ada, Method::GET, path, None).await?;
        anyhow::Ok(reply.status.as_u16())
    };
    for path in ["/users", &of_priya, &of_ada] {
        assert_eq!(read(path).await?, 200, "{path}");
    }
    let none = json!({ "roles": [] });
    let roles = format!("{of_ada}/roles");
    let taken = service.call(&priya, Method::PUT, &roles, Some(none));
    assert_eq!(taken.await?.status, 200);
    for (path, status) in [("/users", 403), (&of_priya, 404), (&of_ada, 200)] {
        assert_eq!(read(path).await?, status, "{path}");
    }
    service.call(&priya, Method::DELETE, &of_ada, None).await?;
    assert_eq!(read(&of_ada).await?, 404);
    Ok(())
}

#[tokio::test]
async fn two_administrators_cannot_remove_each_others_role() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let priya = service.signed_in_administrator().await?;
    let (ada, ada_id) = service.second_administrator(&priya).await?;
    let priya_id = id_in(&priya)?;
    let (of_ada, of_priya) = (
        format!("/users/{ada_id}/roles"),
        format!("/users/{priya_id}/roles"),
    );
    let none = json!({ "roles": [] });
    let (one, other) = tokio::try_join!(
        service.call(&priya, Method::PUT, &of_ada, Some(none.clone())),
        service.call(&ada, Method::PUT, &of_priya, Some(none.clone())),
    )?;
    let mut outcomes = [slug(&one), slug(&other)];
    outcomes.sort_unstable();
    assert_eq!(outcomes, [(200, ""), (403, "not-a-user-administrator")]);
    Ok(())
}

#[tokio::test]
async fn nobody_changes_their_own_roles_or_removes_themselves() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let administrator = service.signed_in_administrator().await?;
    let own = format!("/users/{}", id_in(&administrator)?);
    let roles =
        json!({ "roles": ["REALGUARDIO_ADMINISTRATOR", "REALGUARDIO_POLICY_ADMINISTRATOR"] });
    let refused = service
        .call(
            &administrator,
            Method::PUT,
            &format!("{own}/roles"),
            Some(roles),
        )
        .await?;
    assert_eq!(slug(&refused), (403, "own-application-roles"));
    let refused = service
        .call(&administrator, Method::DELETE, &own, None)
        .await?;
    assert_eq!(slug(&refused), (403, "own-application-roles"));
    Ok(())
}

#[tokio::test]
async fn only_listed_roles_can_be_granted() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let administrator = service.signed_in_administrator().await?;
    let ada = service.user(ADA, "Ada").await?;
    for role in ["CUSTOMER_EMPLOYEE", "SECURITY_SYSTEM_DISARMER", "root", ""] {
        let body = json!({ "roles": ["REALGUARDIO_ADMINISTRATOR", role] });
        let refused = service
            .call(
                &administrator,
                Method::PUT,
                &format!("/users/{ada}/roles"),
                Some(body),
            )
            .await?;
        assert_eq!(slug(&refused), (422, "invalid"));
        assert_eq!(refused.body["errors"][0]["field"], "roles[1]");
    }
    for body in [
        json!({}),
        json!({ "roles": "x" }),
        json!({ "roles": [], "more": 1 }),
    ] {
        let refused = service
            .call(
                &administrator,
                Method::PUT,
                &format!("/users/{ada}/roles"),
                Some(body),
            )
            .await?;
        assert_eq!(refused.status, 422);
    }
    Ok(())
}

#[tokio::test]
async fn others_neither_manage_users_nor_see_them() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let ada = service.user(ADA, "Ada").await?;
    let ben = service.user("ben@example.com", "Ben").await?;
    let token = service.access_token(ADA).await?;
    let roles = json!({ "roles": ["REALGUARDIO_ADMINISTRATOR"] });
    let invitation = json!({ "email": "x@example.com", "name": "X" });
    for (method, path, body) in [
        (Method::GET, "/users".to_owned(), None),
        (Method::POST, "/invitations".to_owned(), Some(invitation)),
        (
            Method::PUT,
            format!("/users/{ada}/roles"),
            Some(roles.clone()),
        ),
        (Method::DELETE, format!("/users/{ada}"), None),
    ] {
        let refused = service.call(&token, method, &path, body).await?;
        assert_eq!(slug(&refused), (403, "not-a-user-administrator"), "{path}");
    }
    let oneself = format!("/users/{ada}");
    let seen = service.call(&token, Method::GET, &oneself, None).await?;
    assert_eq!(seen.status, 200);

    for other in [&ben, "0198c5a0-0000-7000-8000-000000000001", "42"] {
        for (method, path, body) in [
            (Method::GET, format!("/users/{other}"), None),
            (Method::DELETE, format!("/users/{other}"), None),
            (
                Method::PUT,
                format!("/users/{other}/roles"),
                Some(roles.clone()),
            ),
        ] {
            let hidden = service.call(&token, method, &path, body).await?;
            assert_eq!(slug(&hidden), (404, "not-found"), "{path}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn users_are_listed_in_pages() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let administrator = service.signed_in_administrator().await?;
    for name in ["cleo", "ada", "ben"] {
        service.hire(&format!("{name}@example.com")).await?;
    }
    let mut path = "/users?limit=3".to_owned();
    let mut emails = Vec::new();
    loop {
        let page = service
            .call(&administrator, Method::GET, &path, None)
            .await?;
        emails.extend(
            page.body["items"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|user| user["email"].clone()),
        );
        match page.body["nextPage"].as_str() {
            Some(next) => path = format!("/users?limit=3&page={next}"),
            None => break,
        }
    }
    assert_eq!(
        emails,
        [
            "ada@example.com",
            "ben@example.com",
            "cleo@example.com",
            ADMINISTRATOR
        ]
    );
    for wrong in ["limit=0", "limit=101", "page=made-up", "page=ImEi"] {
        let refused = service
            .call(
                &administrator,
                Method::GET,
                &format!("/users?{wrong}"),
                None,
            )
            .await?;
        assert_eq!(refused.status, 422, "{wrong}");
    }
    Ok(())
}

#[tokio::test]
async fn a_removed_user_is_signed_out_and_can_come_back_as_another() -> anyhow::Result<()> {
    let service = Service::start().await?;
    let administrator = service.signed_in_administrator().await?;
    let ada = service.user(ADA, "Ada").await?;
    let tokens = service.tokens(ADA).await?;
    let path = format!("/users/{ada}");
    assert_eq!(
        service
            .call_if(&administrator, Method::DELETE, &path, None, Some("\"9\""))
            .await?
            .status,
        412
    );
    assert_eq!(
        service
            .call(&administrator, Method::DELETE, &path, None)
            .await?
            .status,
        204
    );
    assert_eq!(
        service
            .call(&administrator, Method::DELETE, &path, None)
            .await?
            .status,
        404
    );
    assert!(
        !service
            .is_active("app", &tokens.text("access_token"))
            .await?
    );
    assert_eq!(
        service
            .refresh(&tokens.text("refresh_token"))
            .await?
            .error(),
        (400, "invalid_grant")
    );
    let info = service
        .get("/oauth2/userinfo")
        .bearer_auth(tokens.text("access_token"))
        .send()
        .await?;
    assert_eq!(info.status(), 401);
    assert_ne!(service.user(ADA, "Ada").await?, ada);
    Ok(())
}
