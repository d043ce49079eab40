//! An event belongs to the trace of the request that caused it.

use std::sync::{Mutex, PoisonError};

use opentelemetry::trace::{TraceContextExt as _, TraceId, TracerProvider as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use outbox::{Event, Handler};
use sqlx::PgConnection;
use testkit::nats::TestNats;
use tracing::{Instrument as _, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::world::{Publisher, Replica};

fn trace_id() -> TraceId {
    Span::current().context().span().span_context().trace_id()
}

/// Notes the trace in which it is called.
struct Noting<'a>(&'a Mutex<Option<TraceId>>);

impl Handler for Noting<'_> {
    async fn apply(&self, _: &mut PgConnection, _: &Event) -> anyhow::Result<()> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(trace_id());
        Ok(())
    }

    async fn discard(&self, _: &mut PgConnection, _: i64, _: i64) -> anyhow::Result<u64> {
        Ok(0)
    }
}

#[tokio::test]
async fn a_consumer_continues_the_trace_of_the_write() -> anyhow::Result<()> {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let tracer = SdkTracerProvider::builder().build().tracer("test");
    let layer = tracing_opentelemetry::layer().with_tracer(tracer);
    // For all tests of this process: a span that another thread has met without a subscriber
    // would stay disabled here.
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer))?;

    let nats = TestNats::start().await?;
    let js = nats.jetstream().await?;
    let (publisher, replica) = (Publisher::new().await?, Replica::new().await?);
    let request = async {
        publisher.change(1, 1).await?;
        anyhow::Ok(trace_id())
    };
    let written = request.instrument(tracing::info_span!("request")).await?;
    publisher.publish(&js).await?;

    let seen = Mutex::new(None);
    let mut consumer = replica.consumer_with(&js, Noting(&seen));
    while consumer.step().await?.worked() {}
    assert_ne!(written, TraceId::INVALID);
    assert_eq!(seen.into_inner()?, Some(written));
    Ok(())
}
