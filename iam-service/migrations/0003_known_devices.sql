-- Where somebody has signed in before. The cookie is a ticket for the row: see domain/ticket.rs.
create table devices (
    id uuid primary key,
    user_id uuid not null references users on delete cascade,
    expires_at timestamptz not null
);
create index on devices (user_id);
create index on devices (expires_at);

-- Attempts are counted by what they are aimed at and from where ('' for anywhere), so that all that were aimed at one
-- account are forgotten together. What was counted before is forgotten: nobody waits longer than a quarter of an hour.
drop table throttles;
create table throttles (
    target text not null, -- an account as a digest of its address
    origin text not null,
    failures integer not null,
    last_at timestamptz not null,
    primary key (target, origin)
);
create index on throttles (last_at);
