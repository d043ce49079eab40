//! Why policy administrators were not obeyed.

/// Why something was not done with a version, or with an exception.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// There is none of this number.
    #[error("there is none of this number")]
    Unknown,
    /// The same files are a version already.
    #[error("the same files are version {0}")]
    Same(i64),
    /// Nobody approves what they uploaded.
    #[error("nobody approves what they uploaded")]
    Own,
    /// Nobody approves an exception that they asked for, or that is for them.
    #[error("nobody approves an exception that concerns them")]
    OwnException,
    /// Nobody approved it.
    #[error("nobody has approved it")]
    Unapproved,
    /// Somebody approved it, too long ago.
    #[error("its approval has expired")]
    Expired,
    /// Another version is active than was thought.
    #[error("another version was promoted meanwhile")]
    Outdated,
    /// Its time is over, or it was taken back.
    #[error("it is over")]
    Over,
    /// So many count already that no other can.
    #[error("too many count already")]
    TooMany,
    /// What was looked at has changed meanwhile: policies were promoted, or something was done with an exception.
    #[error("something else was done meanwhile")]
    Overtaken,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
