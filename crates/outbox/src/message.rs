use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// What a service says about one of its aggregates: its whole state, or that it is gone.
///
/// The ids of the users, organizations and locations that the state names are repeated in the
/// headers, so that a reader who cannot make sense of the state still knows whom it concerns.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The kind of aggregate, such as `employment`: a token of the subject.
    pub aggregate: &'static str,
    /// The aggregate's id.
    pub id: Uuid,
    /// The aggregate's version: higher with every change, and with the removal.
    pub version: i64,
    /// The CloudEvents type, such as `io.realguardio.customer.employment.changed.v1`.
    pub event_type: &'static str,
    /// The whole state, or nothing for a tombstone.
    pub state: Option<Value>,
    /// The users whom the state names.
    pub users: Vec<Uuid>,
    /// The organizations that the state names.
    pub organizations: Vec<Uuid>,
    /// The locations that the state names.
    pub locations: Vec<Uuid>,
}

impl Message {
    /// The aggregate now has this state.
    ///
    /// # Errors
    ///
    /// When the state has no JSON form.
    pub fn changed(
        aggregate: &'static str,
        id: impl Into<Uuid>,
        version: i64,
        event_type: &'static str,
        state: &impl Serialize,
    ) -> Result<Self, serde_json::Error> {
        let state = serde_json::to_value(state)?;
        Ok(Self {
            state: Some(state),
            ..Self::removed(aggregate, id, version, event_type)
        })
    }

    /// The aggregate is gone: a tombstone, which keeps its place in the stream for ever, so that no
    /// replica misses it.
    #[must_use]
    pub fn removed(
        aggregate: &'static str,
        id: impl Into<Uuid>,
        version: i64,
        event_type: &'static str,
    ) -> Self {
        Self {
            aggregate,
            id: id.into(),
            version,
            event_type,
            state: None,
            users: Vec::new(),
            organizations: Vec::new(),
            locations: Vec::new(),
        }
    }

    /// Names the users that this concerns.
    #[must_use]
    pub fn users(mut self, users: impl IntoIterator<Item: Into<Uuid>>) -> Self {
        self.users = users.into_iter().map(Into::into).collect();
        self
    }

    /// Names the organizations that this concerns.
    #[must_use]
    pub fn organizations(mut self, organizations: impl IntoIterator<Item: Into<Uuid>>) -> Self {
        self.organizations = organizations.into_iter().map(Into::into).collect();
        self
    }

    /// Names the locations that this concerns.
    #[must_use]
    pub fn locations(mut self, locations: impl IntoIterator<Item: Into<Uuid>>) -> Self {
        self.locations = locations.into_iter().map(Into::into).collect();
        self
    }
}
