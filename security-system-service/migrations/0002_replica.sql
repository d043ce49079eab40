-- What other services have said about the facts that decisions depend on: a replica of their facts, kept by
-- their events. An aggregate is one row, so that here too no grant travels ahead of its restriction. What is
-- removed keeps its row and its version, so that an older event cannot bring it back. `generation`: a
-- replica is filled anew beside the one that is read, see crates/outbox.

-- Customers, dealers, monitoring providers.
create table organization (
    id          uuid    not null,
    generation  bigint  not null,
    source      text    not null,
    epoch       bigint  not null,
    version     bigint  not null,
    removed     boolean not null,
    kind        text    check (kind in ('customer', 'dealer', 'provider')),
    name        text,
    -- The monitoring provider that a dealer appointed.
    provider_id uuid    check (provider_id is null or kind = 'dealer'),
    primary key (id, generation),
    check (removed or (kind, name) is not null)
);
create index organization_of_provider on organization (provider_id) where not removed;

create table location (
    id          uuid    not null,
    generation  bigint  not null,
    source      text    not null,
    epoch       bigint  not null,
    version     bigint  not null,
    removed     boolean not null,
    name        text,
    customer_id uuid,
    -- The dealer that the customer appointed.
    dealer_id   uuid,
    primary key (id, generation),
    check (removed or (name, customer_id) is not null)
);
-- A page of the list is a short walk on this one for each dealer.
create index location_of_dealer on location (dealer_id, generation, id) where not removed;

create table employment (
    id              uuid    not null,
    generation      bigint  not null,
    source          text    not null,
    epoch           bigint  not null,
    version         bigint  not null,
    removed         boolean not null,
    user_id         uuid,
    organization_id uuid,
    -- System roles at the organization, and by location; null is no schedule only where the row stands.
    roles           jsonb,
    location_roles  jsonb,
    schedule        jsonb,
    primary key (id, generation),
    check (removed or (user_id, organization_id, roles, location_roles) is not null)
);
create index employment_of_user on employment (user_id) where not removed;

create table team (
    id              uuid    not null,
    generation      bigint  not null,
    source          text    not null,
    epoch           bigint  not null,
    version         bigint  not null,
    removed         boolean not null,
    organization_id uuid,
    name            text,
    members         uuid[],
    roles           jsonb,
    primary key (id, generation),
    check (removed or (organization_id, name, members, roles) is not null)
);
create index team_of_member on team using gin (members) where not removed;

-- What may be relied on: the last that was said, in the generation that is read. An aggregate behind which a
-- message lies parked is not known: what could not be read may have been its end. Both are looked up once for a
-- statement, not once for a row.
create view read_generation as
select source, generation, fresh_at from outbox.inbox where serving;

create view unknown_aggregate as
select id from outbox.parked where id is not null and generation = outbox.generation(source);

create view known_organization as
select * from organization
where not removed
  and generation = any (array(select generation from read_generation))
  and id <> all (array(select id from unknown_aggregate));

create view known_location as
select * from location
where not removed
  and generation = any (array(select generation from read_generation))
  and id <> all (array(select id from unknown_aggregate));

create view known_employment as
select * from employment
where not removed
  and generation = any (array(select generation from read_generation))
  and id <> all (array(select id from unknown_aggregate));

create view known_team as
select * from team
where not removed
  and generation = any (array(select generation from read_generation))
  and id <> all (array(select id from unknown_aggregate));

-- Whom the parked messages may concern: by what they name themselves, and by the last known state of the
-- aggregates that they are about. One that is not legible may concern everybody.
create view concern as
select p.source, p.legible,
       p.users || array_remove(array[e.user_id], null) as users,
       p.organizations || array_remove(
           array[o.id, o.provider_id, l.customer_id, l.dealer_id, e.organization_id, t.organization_id], null
       ) as organizations,
       p.locations || array_remove(array[l.id], null) as locations
from outbox.parked p
left join organization o on (o.id, o.generation) = (p.id, p.generation)
left join location l on (l.id, l.generation) = (p.id, p.generation)
left join employment e on (e.id, e.generation) = (p.id, p.generation)
left join team t on (t.id, t.generation) = (p.id, p.generation)
where p.generation = outbox.generation(p.source);
