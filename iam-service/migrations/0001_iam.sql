-- People, and what they may be.
create table users (
    id uuid primary key,
    email text not null unique check (email = lower(email)),
    name text not null,
    password_hash text,
    version bigint not null,
    created_at timestamptz not null
);

create table user_roles (
    user_id uuid not null references users on delete cascade,
    role text not null,
    primary key (user_id, role)
);
create index on user_roles (role);

-- What customer-service, and later the other organizations, told of employments. Roles are derived from it.
create table employments (
    employee_id uuid primary key,
    user_id uuid not null,
    role text not null,
    active boolean not null,
    epoch bigint not null,
    version bigint not null
);
create index on employments (user_id) where active;

-- A user has one live link at most: a newer one takes its row.
create table links (
    user_id uuid primary key references users on delete cascade,
    id uuid not null unique,
    expires_at timestamptz not null
);

-- Sessions, and what was issued in them. Nothing here is a secret: see domain/ticket.rs.
create table sessions (
    id uuid primary key,
    user_id uuid not null references users on delete cascade,
    authenticated_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz
);
create index on sessions (user_id);
create index on sessions (expires_at);

create table families (
    id uuid primary key,
    session_id uuid not null references sessions on delete cascade,
    client_id text not null,
    scope text not null,
    presented integer not null default 0,
    used_at timestamptz not null,
    revoked_at timestamptz
);
create index on families (session_id);

create table codes (
    id uuid primary key,
    session_id uuid not null references sessions on delete cascade,
    client_id text not null,
    redirect_uri text not null,
    scope text not null,
    nonce text,
    challenge text not null,
    expires_at timestamptz not null,
    family_id uuid -- set when the code is redeemed
);
create index on codes (session_id);
create index on codes (expires_at);

create table signing_keys (
    kid text primary key,
    x text not null,
    y text not null,
    sealed bytea not null,
    published_at timestamptz not null,
    activated_at timestamptz,
    published_until timestamptz,
    check (published_until is null or activated_at is not null)
);
create unique index one_next_key on signing_keys ((true)) where activated_at is null;
create unique index one_active_key on signing_keys ((true)) where activated_at is not null and published_until is null;

-- What waits to be delivered: mail to people, logout tokens to clients.
create table mail (
    id uuid primary key,
    number bigint not null generated always as identity, -- in the order in which it was queued
    recipient text not null,
    name text not null,
    kind text not null check (kind in ('WELCOME', 'FORGOTTEN')),
    link_id uuid not null,
    queued_at timestamptz not null,
    expires_at timestamptz not null,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null,
    sent_at timestamptz
);
create index on mail (next_attempt_at) where sent_at is null;

create table logouts (
    id uuid primary key,
    client_id text not null,
    session_id uuid not null,
    user_id uuid not null,
    expires_at timestamptz not null,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null
);
create index on logouts (next_attempt_at);

-- Failed sign-ins, by a digest of the account's address or by network address.
create table throttles (
    subject text primary key,
    failures integer not null,
    last_at timestamptz not null
);
