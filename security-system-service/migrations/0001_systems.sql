-- Systems, from the first intention to install one to the last trace of it.
create table system (
    id               uuid        primary key,
    location_id      uuid        not null,
    customer_id      uuid        not null,
    -- PENDING: the location is being reserved, nobody sees the system yet.
    -- ACTIVE: in service. REMOVING: gone for everybody, the location is being released.
    lifecycle        text        not null check (lifecycle in ('PENDING', 'ACTIVE', 'REMOVING', 'REMOVED')),
    state            text        not null check (state in ('DISARMED', 'ARMED', 'ALARMED')),
    version          bigint      not null check (version > 0),
    -- The largest consistency token that any change of the system was decided by.
    freshness        text        not null default '',
    -- The version of the location that was seen when the installation was authorized.
    location_version bigint      not null,
    installed_by     uuid        not null,
    -- When the worker turns to what is unfinished; null when nothing is.
    attempts         integer     not null default 0,
    next_attempt_at  timestamptz
);

-- One system per location, until the location has been released.
create unique index system_one_per_location on system (location_id) where lifecycle <> 'REMOVED';

-- A page of the list is a short walk on this one for each customer, and a step on the one above for
-- each location.
create index system_of_customer on system (customer_id, location_id, id) where lifecycle = 'ACTIVE';

create index system_unfinished on system (next_attempt_at) where next_attempt_at is not null;

-- Who did what to a system, and why it was allowed. One entry for each version but the first.
create table history (
    system_id     uuid        not null references system,
    version       bigint      not null,
    at            timestamptz not null,
    -- The person; or nobody, where a machine reported.
    user_id       uuid,
    name          text        not null,
    action        text        not null check (action in ('ARM', 'DISARM', 'ACKNOWLEDGE', 'ALARM')),
    from_state    text        not null check (from_state in ('DISARMED', 'ARMED', 'ALARMED')),
    to_state      text        not null check (to_state in ('DISARMED', 'ARMED', 'ALARMED')),
    authorized_by jsonb,

    primary key (system_id, version)
);
