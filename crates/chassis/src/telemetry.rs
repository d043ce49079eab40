//! One context through every hop: logs, traces and metrics.
//!
//! A trace begins at the edge and runs through every service and every event by W3C Trace
//! Context. A request joins the caller's trace ([`extract`]), and what the service sends carries
//! it on ([`inject`]), be it an HTTP request or an event. Logs within name the trace; so does
//! every problem that a client sees.
//!
//! Never logged, on any level: tokens, cookies, bodies.

mod one_line;
mod requests;

pub(crate) use self::requests::record;

use std::sync::OnceLock;

use ::http::HeaderMap;
use anyhow::Context as _;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use opentelemetry::{
    Context, global,
    propagation::{Extractor, Injector, TextMapPropagator as _},
    trace::{TraceContextExt as _, TracerProvider as _},
};
use opentelemetry_otlp::{WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    runtime,
    trace::{SdkTracerProvider, span_processor_with_async_runtime::BatchSpanProcessor},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{
    EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::{
    client,
    config::{LogFormat, Settings},
};

/// Telemetry as it runs. Keep it until the service has stopped, then [`shut_down`](Self::shut_down).
#[derive(Debug)]
pub struct Telemetry {
    traces: SdkTracerProvider,
}

impl Telemetry {
    /// Sends what is left to send.
    pub async fn shut_down(self) {
        let done = tokio::task::spawn_blocking(move || self.traces.shutdown()).await;
        if let Ok(Err(error)) = done {
            tracing::warn!(%error, "traces were lost at the end");
        }
    }
}

/// Starts logs and traces. To be called once in a process, at its start.
///
/// # Errors
///
/// When the filter or the exporter cannot be made, or it was called before.
pub fn init(service: &'static str, settings: &Settings) -> anyhow::Result<Telemetry> {
    let traces = tracer_provider(service, settings)?;
    global::set_tracer_provider(traces.clone());
    let filter = EnvFilter::try_new(&settings.log).context("LOG is no filter")?;
    let lines = match settings.log_format {
        LogFormat::Json => tracing_subscriber::fmt::layer()
            .json()
            .with_writer(std::io::stderr)
            .boxed(),
        LogFormat::Pretty => tracing_subscriber::fmt::layer()
            .compact()
            .with_writer(|| one_line::OneLine(std::io::stderr()))
            .boxed(),
    };
    tracing_subscriber::registry()
        .with(tracing_opentelemetry::layer().with_tracer(traces.tracer(service)))
        .with(lines.with_filter(filter))
        .try_init()?;
    metrics();
    Ok(Telemetry { traces })
}

fn tracer_provider(
    service: &'static str,
    settings: &Settings,
) -> anyhow::Result<SdkTracerProvider> {
    let resource = Resource::builder().with_service_name(service).build();
    let builder = SdkTracerProvider::builder().with_resource(resource);
    let Some(collector) = &settings.otlp_endpoint else {
        return Ok(builder.build());
    };
    let endpoint = format!("{}/v1/traces", collector.as_str().trim_end_matches('/'));
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_endpoint(endpoint)
        .with_http_client(client::http_client()?)
        .build()?;
    let processor = BatchSpanProcessor::builder(exporter, runtime::Tokio).build();
    Ok(builder.with_span_processor(processor).build())
}

/// Puts the current trace into headers: of an outgoing request, or of an event.
pub fn inject(headers: &mut HeaderMap) {
    let context = Span::current().context();
    TraceContextPropagator::new().inject_context(&context, &mut Headers(headers));
}

/// Takes the trace from headers, to be the parent of a span:
/// `span.set_parent(telemetry::extract(&headers))`.
#[must_use]
pub fn extract(headers: &HeaderMap) -> Context {
    TraceContextPropagator::new().extract_with_context(&Context::new(), &HeadersRef(headers))
}

/// The current trace's id.
#[must_use]
pub fn trace_id() -> Option<String> {
    trace_of(&Span::current())
}

fn trace_of(span: &Span) -> Option<String> {
    let context = span.context();
    let span = context.span().span_context().clone();
    span.is_valid().then(|| span.trace_id().to_string())
}

/// The process's metrics: recorded through the `metrics` facade, rendered for Prometheus.
pub fn metrics() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let recorder = PrometheusBuilder::new()
            .set_buckets(&BUCKETS)
            .unwrap_or_default()
            .build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("metrics go to another recorder");
        }
        handle
    })
}

/// Seconds: from a decision in memory to a deadline, and on to the age of a token.
const BUCKETS: [f64; 16] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0, 120.0,
    300.0,
];

struct Headers<'a>(&'a mut HeaderMap);

impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        let name = ::http::HeaderName::from_bytes(key.as_bytes());
        let value = ::http::HeaderValue::from_str(&value);
        if let (Ok(name), Ok(value)) = (name, value) {
            self.0.insert(name, value);
        }
    }
}

struct HeadersRef<'a>(&'a HeaderMap);

impl Extractor for HeadersRef<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(::http::HeaderName::as_str).collect()
    }
}
