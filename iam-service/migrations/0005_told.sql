-- What the organizations' services told of the facts that tokens may claim: of each aggregate the last state, as it was
-- published and understood. What is gone keeps its row and its version, so that an older event cannot bring it back.
create table told (
    generation bigint not null,
    id         uuid   not null,
    source     text   not null,
    aggregate  text   not null,
    epoch      bigint not null,
    version    bigint not null,
    state      jsonb, -- nothing: it is gone
    primary key (generation, id)
);
create index told_employment_of_user on told ((state ->> 'userId')) where aggregate = 'employment';
create index told_team_of_member on told using gin ((state -> 'members')) where aggregate = 'team';
create index told_location_of_dealer on told ((state ->> 'dealerId'), id) where aggregate = 'location';
create index told_dealer_of_provider on told ((state ->> 'monitoringProviderId')) where aggregate = 'dealer';

-- What may be relied on: the last that was said, in the generation that is read, save where a message lies parked.
create view known as
select id, source, aggregate, state from told
where state is not null
  and generation = any (array(select generation from outbox.inbox where serving))
  and id <> all (array(select id from outbox.parked where id is not null and generation = outbox.generation(source)));
