-- The publishing side.

-- One row: the position of the last message. Its row lock, held until commit, is what makes
-- positions dense and puts them in commit order.
create table outbox.head (
    the_one  boolean primary key default true check (the_one),
    epoch    bigint not null check (epoch > 0),
    position bigint not null check (position >= 0)
);
insert into outbox.head (epoch, position) values (1, 0);

-- The last message of every aggregate, and those that the relay has not yet published.
create table outbox.message (
    epoch         bigint not null,
    position      bigint not null,
    aggregate     text not null check (aggregate ~ '^[a-z]+(-[a-z]+)*$'),
    id            uuid not null,
    version       bigint not null,
    type          text not null,
    at            timestamptz not null,
    state         jsonb,
    users         text not null,
    organizations text not null,
    locations     text not null,
    traceparent   text,
    tracestate    text,
    primary key (epoch, position),
    -- A message that the broker would never take must fail the write, not block the outbox.
    constraint fits_the_broker check (
        octet_length(state::text) <= 384 * 1024
        and octet_length(users) + octet_length(organizations) + octet_length(locations) <= 128 * 1024
    )
);
create index message_of_aggregate on outbox.message (aggregate, id, epoch, position);

-- One row: what the relay knows to be in the stream. The stream itself may be ahead of it.
create table outbox.published (
    the_one  boolean primary key default true check (the_one),
    epoch    bigint not null,
    position bigint not null
);
insert into outbox.published (epoch, position) values (1, 0);

create function outbox.wake_relay() returns trigger language plpgsql as $$
begin
    perform pg_notify('outbox', '');
    return null;
end
$$;
create trigger wake_relay after insert on outbox.message
    for each statement execute function outbox.wake_relay();

-- The consuming side: one row for each source that this service consumes.
create table outbox.inbox (
    source         text primary key,
    epoch          bigint not null default 0,
    -- Everything up to here is in effect …
    watermark      bigint not null default 0,
    -- … and this is the last position applied: ahead of the watermark while a gap waits.
    applied        bigint not null default 0,
    -- The stream's sequence that must have been applied before the watermark may pass the gap.
    awaited        bigint,
    -- The newest moment of which the watermark is known to hold everything.
    fresh_at       timestamptz,
    -- Where to go on reading, and in which incarnation of the stream (its creation, in nanoseconds).
    sequence       bigint not null default 0,
    stream_created bigint
);
