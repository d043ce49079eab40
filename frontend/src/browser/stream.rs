//! The stream of server-sent events.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{Event as DomEvent, EventSource, MessageEvent};

use crate::model::event::{Event, NAMES};

/// Where the events come from.
const ADDRESS: &str = "/bff/events";

/// An open stream; closed when dropped.
pub struct Stream {
    source: EventSource,
    /// Called by the browser as long as the stream lives.
    _listeners: Vec<Closure<dyn FnMut(DomEvent)>>,
}

/// What a stream tells.
pub enum Signal {
    /// It stands: from now on no event is missed.
    Opened,
    /// An event, or why it could not be read.
    Heard(Result<Event, String>),
    /// It broke, or never stood.
    Broken,
}

impl Stream {
    /// Opens the stream. It does not reconnect by itself: whoever listens knows better when.
    #[must_use]
    pub fn open(listen: impl Fn(Signal) + Clone + 'static) -> Option<Self> {
        let source = EventSource::new(ADDRESS).ok()?;
        let mut listeners = Vec::with_capacity(NAMES.len() + 2);
        let mut on = |name: &str, signal: Box<dyn Fn(&DomEvent) -> Signal>| {
            let listen = listen.clone();
            let listener =
                Closure::<dyn FnMut(_)>::new(move |event: DomEvent| listen(signal(&event)));
            let added =
                source.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
            listeners.push(listener);
            added.ok()
        };
        on("open", Box::new(|_| Signal::Opened))?;
        let closing = source.clone();
        on(
            "error",
            Box::new(move |_| {
                closing.close();
                Signal::Broken
            }),
        )?;
        for name in NAMES {
            on(
                name,
                Box::new(move |event| Signal::Heard(decode(name, event))),
            )?;
        }
        Some(Self {
            source,
            _listeners: listeners,
        })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

fn decode(name: &str, event: &DomEvent) -> Result<Event, String> {
    let data = event
        .dyn_ref::<MessageEvent>()
        .and_then(|message| message.data().as_string());
    Event::decode(name, &data.unwrap_or_default())
}
