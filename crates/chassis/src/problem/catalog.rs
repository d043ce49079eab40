//! The problem types that every service may answer with. The first of a status is the one for
//! answers of which nothing but the status is known.

crate::problems! {
    in "../../docs/problems";

    /// The request cannot be understood.
    pub MALFORMED = 400 "malformed";
    /// No token, or one that fails a check.
    pub INVALID_TOKEN = 401 "invalid-token";
    /// The caller must sign in again, or with a stronger factor (RFC 9470).
    pub INSUFFICIENT_AUTHENTICATION = 401 "insufficient-authentication";
    /// The caller may not do this.
    pub FORBIDDEN = 403 "forbidden";
    /// The client's token lacks a scope.
    pub INSUFFICIENT_SCOPE = 403 "insufficient-scope";
    /// No such thing, or none that the caller may know of.
    pub NOT_FOUND = 404 "not-found";
    /// The thing does not take this method.
    pub METHOD_NOT_ALLOWED = 405 "method-not-allowed";
    /// What is asked for does not fit what is there.
    pub CONFLICT = 409 "conflict";
    /// The thing has changed since the caller read it.
    pub PRECONDITION_FAILED = 412 "precondition-failed";
    /// The body is too large.
    pub PAYLOAD_TOO_LARGE = 413 "payload-too-large";
    /// The body is of a type that is not taken here.
    pub UNSUPPORTED_MEDIA_TYPE = 415 "unsupported-media-type";
    /// A field holds what it must not.
    pub INVALID = 422 "invalid";
    /// Too many requests in too short a time.
    pub TOO_MANY_REQUESTS = 429 "too-many-requests";
    /// The headers are too large.
    pub HEADERS_TOO_LARGE = 431 "headers-too-large";
    /// A failure of ours.
    pub INTERNAL = 500 "internal";
    /// Something that the service needs is not there.
    pub UNAVAILABLE = 503 "unavailable";
    /// The service is well, and knows less than the request's `Consistency-Token` asks for.
    pub NOT_FRESH_ENOUGH = 503 "not-fresh-enough";
    /// The decision could not be reached.
    pub UNDECIDED = 503 "undecided";
    /// The answer was not ready in time.
    pub TIMEOUT = 503 "timeout";
    /// The service is not ready.
    pub NOT_READY = 503 "not-ready";
}
