//! Who may upload, approve and promote policies, and read what they decided.

use authz_service::NAME;
use chassis::openapi;
use http::Method;
use serde_json::json;
use testkit::session::Session;
use testkit::{forged, routes};

use crate::owners::Owners;
use crate::policies::{AUTHOR, CLOSED, files, promote};
use crate::telling::told_under;

async fn told() -> Owners {
    told_under(&[]).await
}

#[tokio::test]
async fn these_are_the_operations() {
    let owners = told().await;
    let ids = routes::are_described(owners.router()).await;
    for id in [
        "uploadPolicies",
        "listPolicyVersions",
        "getPolicyVersion",
        "approvePolicyVersion",
        "comparePolicyVersion",
        "getActivePolicyVersion",
        "promotePolicyVersion",
        "listPolicyHistory",
        "listDecisions",
        "exportDecisions",
        "replayDecision",
        "listSearches",
        "askForException",
        "approveException",
        "takeExceptionBack",
        "getException",
        "listExceptions",
        "listExceptionHistory",
    ] {
        assert!(ids.contains(id), "{id} in {ids:?}");
    }
    assert_eq!(ids.len(), 7 + 18);
}

#[tokio::test]
async fn no_route_believes_a_forged_token() {
    let owners = told().await;
    let document = routes::document(owners.router()).await;
    let all = openapi::routes(&document).unwrap().into_iter();
    for route in all.filter(|route| route.kind == openapi::Kind::User) {
        let path = route.path.replace("{version}", "1").replace("{id}", "1");
        let method: Method = route.method.parse().unwrap();
        for forgery in forged::table(owners.mint(), forged::Kind::User, NAME) {
            let session = Session::new(owners.router().clone(), Some(forgery.token));
            let answer = session.send(method.clone(), &path, Some(json!({})), &[]);
            let status = answer.await.status.as_u16();
            assert_eq!(status, forgery.status, "{route:?}: {}", forgery.name);
        }
    }
}

#[tokio::test]
async fn only_policy_administrators_may() {
    let owners = told().await;
    let roles = [
        "REALGUARDIO_ADMINISTRATOR",
        "REALGUARDIO_DEALER_ADMINISTRATOR",
        "CUSTOMER_EMPLOYEE",
        "SECURITY_SYSTEM_DEALER_EMPLOYEE",
        "MONITORING_PROVIDER_EMPLOYEE",
    ];
    let somebody = owners.signed_in(AUTHOR, &roles);
    let no = "not-a-policy-administrator";
    for path in [
        "/policies/versions",
        "/policies/versions/0",
        "/policies/versions/0/comparison",
        "/policies/active",
        "/policies/history",
        "/decisions",
        "/decisions/export",
        "/searches",
        "/exceptions",
        "/exceptions/1",
        "/exceptions/history",
    ] {
        somebody.get(path).await.fails(403, no);
    }
    let body = json!({ "note": "for a test", "files": files(CLOSED) });
    somebody
        .post("/policies/versions", body)
        .await
        .fails(403, no);
    let approval = "/policies/versions/1/approval";
    somebody.post(approval, json!({})).await.fails(403, no);
    let mut wish = crate::telling::disarm();
    wish["reason"] = "none".into();
    wish["until"] = "2026-11-22T13:00:00Z".into();
    somebody.post("/exceptions", wish).await.fails(403, no);
    somebody.delete("/exceptions/1").await.fails(403, no);
    let approval = "/exceptions/1/approval";
    somebody.post(approval, json!({})).await.fails(403, no);
    let replay = "/decisions/1/replay";
    somebody.post(replay, json!({})).await.fails(403, no);
    promote(&somebody, 0).await.fails(403, no);
}
