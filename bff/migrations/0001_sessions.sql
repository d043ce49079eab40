-- Browser sessions: what must be revocable, or shared by all replicas.
-- Tokens are sealed (XChaCha20-Poly1305) under keys that the database never sees.
create table session (
    id                uuid primary key,
    subject           text not null,
    provider_session  text,
    user_id           text not null,
    name              text not null,
    email             text,
    roles             text[] not null,
    -- How many refreshes came before this access token. Whoever refreshes says which
    -- generation it started from, so of two results only one is ever stored.
    generation        bigint not null default 0,
    access_token      text not null,
    access_expires_at timestamptz not null,
    refresh_token     text,
    -- One replica at a time talks to the provider about this session.
    leased_until      timestamptz,
    consistency       text not null default '',
    created_at        timestamptz not null,
    expires_at        timestamptz not null,
    ended_at          timestamptz,
    ended_by          text check (ended_by in ('SIGN_OUT', 'PROVIDER', 'REFUSED')),
    check ((ended_at is null) = (ended_by is null))
);

create index session_by_provider_session on session (provider_session) where ended_at is null;
create index session_by_subject on session (subject) where ended_at is null;
create index session_by_expiry on session (expires_at);

-- Sessions of the provider that it has ended: a login still under way must not outlive its end.
create table provider_logout (
    provider_session text primary key,
    at               timestamptz not null
);

create index provider_logout_by_time on provider_logout (at);

-- Every replica hears of a renewed, released or ended session at once.
create function tell_of_session() returns trigger language plpgsql as $$
begin
    perform pg_notify('session', new.id::text);
    return null;
end $$;

create trigger tell_of_session
    after update of generation, leased_until, ended_at on session
    for each row
    when (new.generation <> old.generation or new.leased_until is null or new.ended_at is not null)
    execute function tell_of_session();
