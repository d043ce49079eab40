//! An approval is for now: nobody keeps one for later. What was asked before can always be asked again.

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::owners::Owners;
use crate::policies::{CLOSED, approved, people, promote};
use crate::telling::told_under;

/// A version that was approved so long ago.
async fn approved_before(arguments: &[&str], time: SignedDuration) -> (Owners, i64) {
    let owners = told_under(arguments).await;
    let version = approved(&owners, CLOSED).await;
    owners.clock.advance(time);
    (owners, version)
}

/// What was done, the latest first.
async fn deeds(owners: &Owners) -> Vec<Value> {
    let [reader, _] = people(owners);
    let history = reader.get("/policies/history").await.is(StatusCode::OK);
    let deeds = history["items"].as_array().unwrap().iter();
    deeds.map(|deed| deed["deed"].clone()).collect()
}

#[tokio::test]
async fn an_approval_counts_for_a_day() {
    let almost = SignedDuration::from_secs(24 * 3600 - 1);
    let (owners, version) = approved_before(&[], almost).await;
    let [author, _] = people(&owners);
    promote(&author, version).await.is(StatusCode::OK);
}

#[tokio::test]
async fn what_was_approved_longer_ago_is_approved_once_more() {
    let (owners, version) = approved_before(&[], SignedDuration::from_hours(24)).await;
    let [author, approver] = people(&owners);
    let expired = promote(&author, version).await;
    expired.fails(409, "approval-expired");
    let active = author.get("/policies/active").await.is(StatusCode::OK);
    assert_eq!(active["version"], 0);

    let approval = format!("/policies/versions/{version}/approval");
    let own = author.post(&approval, json!({})).await;
    own.fails(403, "own-policies");
    promote(&author, version)
        .await
        .fails(409, "approval-expired");
    let again = approver.post(&approval, json!({})).await.is(StatusCode::OK);
    assert_eq!(again["approved"]["at"], "2026-11-23T12:00:00Z");
    promote(&author, version).await.is(StatusCode::OK);
    assert_eq!(
        deeds(&owners).await,
        ["PROMOTED", "APPROVED", "APPROVED", "UPLOADED"]
    );
}

#[tokio::test]
async fn for_how_long_is_told() {
    let hour = SignedDuration::from_hours(1);
    let (owners, version) = approved_before(&["--approval-valid", "1h"], hour).await;
    let [author, _] = people(&owners);
    let expired = promote(&author, version).await;
    expired.fails(409, "approval-expired");
}

/// When something is wrong there may be only one who is awake.
#[tokio::test]
async fn one_person_goes_back_to_what_was_asked_before() {
    let (owners, version) = approved_before(&[], SignedDuration::ZERO).await;
    let [author, _] = people(&owners);
    for number in [version, 0] {
        promote(&author, number).await.is(StatusCode::OK);
    }
    owners.clock.advance(SignedDuration::from_hours(1000));
    let [author, _] = people(&owners);
    promote(&author, version).await.is(StatusCode::OK);
    assert_eq!(deeds(&owners).await[0], "ROLLED_BACK");
    promote(&author, 0).await.is(StatusCode::OK);
}
