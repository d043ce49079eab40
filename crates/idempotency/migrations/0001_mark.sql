-- One row for each request that carried an Idempotency-Key: while it runs a lease, then its outcome.
create table idempotency.mark (
    caller       text not null,
    -- Method and path as asked for, ids included.
    route        text not null,
    key          text not null,
    -- SHA-256 of the body.
    digest       bytea not null check (octet_length(digest) = 32),
    created_at   timestamptz not null,
    -- Until then nobody else may try; it also names the attempt that holds the lease.
    leased_until timestamptz not null,
    -- What came of it; null while it runs.
    outcome      jsonb,
    primary key (caller, route, key)
);
create index mark_by_age on idempotency.mark (created_at);
