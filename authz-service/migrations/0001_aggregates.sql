-- What the owners of facts have said: the last state of each aggregate, by their events. What is removed keeps its row
-- and its version, so that an older event cannot bring it back. `generation`: a replica is filled anew beside the one
-- that is read, see crates/outbox.
--
-- Nothing is decided from here. Each instance has all of it in memory, where it is read once, and then what has changed.
create table aggregate (
    kind       text   not null check (kind in ('organization', 'location', 'employment', 'team', 'system')),
    id         uuid   not null,
    generation bigint not null,
    epoch      bigint not null,
    version    bigint not null,
    -- Nothing, where it is removed or grants nothing any more.
    state      jsonb,
    -- Which change of all: those of one generation are numbered in the order of their commits, since whoever makes them
    -- holds the lock on its inbox.
    change     bigint not null,
    primary key (id, kind, generation)
);
create index aggregate_by_change on aggregate (generation, change);

create sequence change;
