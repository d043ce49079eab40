//! `GET /.well-known/authzen-configuration`

use axum::extract::State;
use chassis::http::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;

/// Where this policy decision point is asked what.
#[derive(Serialize, ToSchema)]
pub(super) struct Configuration {
    policy_decision_point: String,
    access_evaluation_endpoint: String,
    access_evaluations_endpoint: String,
    search_subject_endpoint: String,
    search_resource_endpoint: String,
    search_action_endpoint: String,
}

/// Where all operations are.
#[utoipa::path(
    get, path = "/.well-known/authzen-configuration", operation_id = "getAuthzenConfiguration",
    tag = "metadata", security(()),
    responses((status = 200, description = "The addresses.", body = Configuration)),
)]
pub(super) async fn configuration(State(api): State<Api>) -> Json<Configuration> {
    // As configured: a request's Host is whatever its sender made it.
    let base = &api.public_url;
    let at = |path| format!("{base}/access/v1/{path}");
    Json(Configuration {
        policy_decision_point: base.clone(),
        access_evaluation_endpoint: at("evaluation"),
        access_evaluations_endpoint: at("evaluations"),
        search_subject_endpoint: at("search/subject"),
        search_resource_endpoint: at("search/resource"),
        search_action_endpoint: at("search/action"),
    })
}
