//! The trace of the request that wrote an event, carried along so that what follows from the
//! event, in whatever service and however much later, belongs to the same trace.

use std::collections::HashMap;

use opentelemetry::global;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

pub(crate) const TRACEPARENT: &str = "traceparent";
pub(crate) const TRACESTATE: &str = "tracestate";

/// A W3C Trace Context, as it stands in headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TraceContext {
    pub(crate) parent: Option<String>,
    pub(crate) state: Option<String>,
}

impl TraceContext {
    /// That of the current span; empty where nothing is traced.
    pub(crate) fn current() -> Self {
        let mut headers = HashMap::new();
        global::get_text_map_propagator(|w3c| {
            w3c.inject_context(&Span::current().context(), &mut headers);
        });
        Self {
            parent: headers.remove(TRACEPARENT),
            state: headers
                .remove(TRACESTATE)
                .filter(|state: &String| !state.is_empty()),
        }
    }

    /// Makes `span` a child of it.
    pub(crate) fn continue_in(&self, span: &Span) {
        let headers: HashMap<_, _> = [(TRACEPARENT, &self.parent), (TRACESTATE, &self.state)]
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)))
            .collect();
        if headers.is_empty() {
            return;
        }
        let parent = global::get_text_map_propagator(|w3c| w3c.extract(&headers));
        if let Err(error) = span.set_parent(parent) {
            tracing::debug!(?error, "the event's trace is not continued");
        }
    }
}
