-- A replica of many facts, as events would have left it, and systems beside it. `bench.locations` says how many
-- locations there are; each has a system and an employee of its own, and is of one of ten customers, served by one of
-- ten dealers, who all appointed one provider.

-- In the order in which they were made, as real ones are.
create function id(kind text, n int) returns uuid language sql immutable
return (left(md5(kind), 8) || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;

create function locations() returns int language sql immutable return current_setting('bench.locations')::int;

create function said(source text, out generation bigint, out source text, out epoch bigint, out version bigint,
                     out removed boolean)
language sql stable
return (outbox.generation(source), source, 1::bigint, 1::bigint, false);

insert into outbox.inbox (source, epoch, watermark, applied, fresh_at)
select source, 1, 1, 1, current_setting('bench.now')::timestamptz
from unnest(array['customer-service', 'dealer-service', 'monitoring-service']) source;

insert into organization
select id('customer', n), said.*, 'customer', 'Customer ' || n, null
from generate_series(0, 9) n, said('customer-service');

insert into organization
select id('dealer', n), said.*, 'dealer', 'Dealer ' || n, id('provider', 0)
from generate_series(0, 9) n, said('dealer-service');

insert into organization
select id('provider', 0), said.*, 'provider', 'Provider', null
from said('monitoring-service');

insert into location
select id('location', n), said.*, 'Location ' || n, id('customer', n % 10), id('dealer', n / 10 % 10)
from generate_series(0, locations() - 1) n, said('customer-service');

insert into employment
select id('employment', n), said.*, id('user', n), id('customer', n % 10), '["SECURITY_SYSTEM_VIEWER"]', '{}', null
from generate_series(1, locations()) n, said('customer-service');

-- The three who are asked for: a customer's employee, a dealer's technician, the provider's operator.
insert into employment
select id('employment', -person), said.*, ('00000000-0000-0000-0000-00000000000' || person)::uuid, id(employer, 0),
       '["SECURITY_SYSTEM_DISARMER"]', '{}', null
from (values (1, 'customer-service', 'customer'), (2, 'dealer-service', 'dealer'), (3, 'monitoring-service', 'provider'))
         as asked (person, owner, employer),
     said(owner);

insert into team
select id('team', n), said.*, id('customer', n % 10), 'Team ' || n,
       array(select id('employment', 1 + (n * 5 + member) % locations()) from generate_series(1, 5) member),
       jsonb_build_object(id('location', n), '["SECURITY_SYSTEM_ARMER"]'::jsonb)
from generate_series(0, locations() / 100 - 1) n, said('customer-service');

insert into system (id, location_id, customer_id, lifecycle, state, version, location_version, installed_by)
select id('system', n), id('location', n), id('customer', n % 10), 'ACTIVE', 'ARMED', 1, 1, id('user', n)
from generate_series(0, locations() - 1) n;
