-- What may be claimed of what was told.

-- A generation that had begun before `told` was there holds employments alone. Nothing is claimed by it: it is filled anew
-- by command, once no instance from before runs that would fill the next one like that too.
create table told_from (
    the_one    boolean primary key default true check (the_one),
    generation bigint not null default nextval('outbox.generations')
);
insert into told_from default values;

-- Whom the parked messages may concern: by what they name themselves, and by the last known state of what they are
-- about. One that is not legible may concern everybody.
create view concern as
select p.source, p.aggregate, p.legible,
       p.users || array_remove(array[(t.state ->> 'userId')::uuid], null) as users,
       p.organizations || array_remove(array[
           p.id, (t.state ->> 'customerId')::uuid, (t.state ->> 'dealerId')::uuid,
           (t.state ->> 'monitoringProviderId')::uuid
       ], null) as organizations
from outbox.parked p
left join told t on (t.generation, t.id) = (p.generation, p.id)
where p.generation = outbox.generation(p.source);
