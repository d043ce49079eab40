-- A replica is filled anew beside the one that is served, and then takes its place. What tells the two
-- apart is their generation: a number that every row of a replica carries. One sequence gives the
-- numbers for all sources, so that tables with rows of several sources can tell those apart too.
create sequence outbox.generations;

alter table outbox.inbox
    add generation bigint not null default nextval('outbox.generations'),
    -- Whether this is the generation that is read; the others are being filled.
    add serving boolean not null default true,
    -- The position that must have been applied before the watermark may pass the gap: the last of
    -- those at which everything was published again.
    add complete_at bigint,
    drop constraint inbox_pkey,
    add primary key (source, generation);
create unique index on outbox.inbox (source) where serving;

-- The generation of a source that is read now; none before the first event. Stable: all of one statement reads
-- the same generation.
create function outbox.generation(source text) returns bigint language sql stable
return (select inbox.generation from outbox.inbox where inbox.source = $1 and inbox.serving);

-- Messages that could not be applied, with what could be read of them. As long as one is here its aggregate is
-- unknown: nothing may be allowed by what was known of it, and a denial that it may concern is undecided.
create table outbox.parked (
    source        text not null,
    generation    bigint not null,
    subject       text not null,
    -- Of the subject; nothing where that names none.
    aggregate     text,
    id            uuid,
    -- Where the headers say so.
    epoch         bigint,
    position      bigint,
    users         uuid[] not null,
    organizations uuid[] not null,
    locations     uuid[] not null,
    -- Whether those three were read. If not, the message may concern everybody.
    legible       boolean not null,
    error         text not null,
    at            timestamptz not null,
    primary key (source, generation, subject)
);

-- Whether what a replica holds of an aggregate is the last that was said of it: of the generation that is read, and
-- nothing parked behind it.
create function outbox.is_known(source text, generation bigint, aggregate text, id uuid) returns boolean
language sql stable
return $2 = outbox.generation($1)
   and not exists (select from outbox.parked where (parked.source, parked.generation, parked.aggregate, parked.id) = ($1, $2, $3, $4));
