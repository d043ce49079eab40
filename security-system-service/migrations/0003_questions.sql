-- What the replica is asked: functions that are a part of the statement that calls them, so that a decision and a
-- page of the list are a statement each, of one instant, whose plan is made once. Employments, teams and locations
-- are in the words of the law.

-- A person's employments: those that were told, or else those that are known here. In two steps, since Postgres
-- would do the first anew wherever its result is used, if it were the only one.
create function employments(of_user uuid, told jsonb) returns table (employments jsonb) language sql stable
begin atomic
    with known as (
        select jsonb_agg(jsonb_build_object(
            'id', e.id, 'user', e.user_id,
            'organization', jsonb_build_object('kind', o.kind, 'id', o.id), 'organizationName', o.name,
            'roles', e.roles, 'locationRoles', e.location_roles, 'schedule', e.schedule
        )) as employments
        from known_employment e
        join known_organization o on o.id = e.organization_id
        where e.user_id = of_user
    )
    select coalesce(told, (select known.employments from known), '[]');
end;

-- Whether a parked message may concern a person, one of these organizations or one of these locations. Ask only where
-- something is parked: this is planned anew each time.
create function concerned(of_user uuid, of_organizations uuid[], of_locations uuid[]) returns boolean language sql stable
return exists (
    select from concern c
    where not c.legible
       or of_user = any (c.users)
       or c.organizations && of_organizations
       or c.locations && of_locations
);

-- What bears on a person with these employments at these locations: those of the locations that are known, the teams
-- that the employments belong to of organizations that have a say there, and whether there may be more.
create function surroundings(of_user uuid, employments jsonb, at_locations uuid[])
returns table (locations jsonb, teams jsonb, concerned boolean) language sql stable
begin atomic
    with held as (
        select (it ->> 'id')::uuid as id from jsonb_array_elements(employments) it
    ),
    here as (
        select l.id, l.name, l.customer_id, customer.name as customer_name, l.dealer_id, dealer.provider_id
        from known_location l
        -- Only for its name, which decides nothing: the last that was heard will do.
        left join organization customer on (customer.id, customer.generation) = (l.customer_id, l.generation)
        left join known_organization dealer on dealer.id = l.dealer_id
        where l.id = any (at_locations)
    ),
    ours as (
        select t.id, t.name, array(select id from held where id = any (t.members)) as members, t.roles,
               o.kind, o.id as organization_id
        from known_team t
        cross join lateral (select * from known_organization where id = t.organization_id limit 1) o
        where t.members && array(select id from held)
          and exists (select from here where o.id in (customer_id, dealer_id, provider_id))
    )
    select
        (select coalesce(jsonb_agg(jsonb_build_object(
            'id', id, 'name', name,
            'customer', customer_id, 'customerName', coalesce(customer_name, ''),
            'dealer', dealer_id, 'provider', provider_id
        )), '[]') from here),
        (select coalesce(jsonb_agg(jsonb_build_object(
            'id', id, 'name', name,
            'organization', jsonb_build_object('kind', kind, 'id', organization_id),
            'members', members, 'roles', roles
        )), '[]') from ours),
        exists (select from outbox.parked) and concerned(
            of_user,
            array(select unnest(array[customer_id, dealer_id, provider_id]) from here),
            at_locations
        );
end;

-- The first systems in service of these customers, at these locations, at the locations that these dealers serve, and
-- these single ones; in the order of the list, behind a place in it and no further than a location.
--
-- Each path is searched apart, by an index in the order of the list and no further than the page goes. So a page takes
-- the same time however many systems there are.
create function places(
    customers uuid[], locations uuid[], dealers uuid[], systems uuid[],
    after_location uuid, after_id uuid, until_location uuid, page bigint
) returns table (location_id uuid, id uuid) language sql stable
begin atomic
    select place.location_id, place.id
    from (
        select walk.location_id, walk.id
        from unnest(customers) c (id)
        cross join lateral (
            select s.location_id, s.id from system s
            where s.customer_id = c.id and s.lifecycle = 'ACTIVE' and (s.location_id, s.id) > (after_location, after_id)
            order by s.location_id, s.id
            limit page
        ) walk
        union
        select walk.location_id, walk.id
        from unnest(locations) l (id)
        cross join lateral (
            select s.location_id, s.id from system s
            where s.location_id = l.id and s.lifecycle = 'ACTIVE' and (s.location_id, s.id) > (after_location, after_id)
            -- This limit, and the one below, say what is so anyhow, and keep a location from being joined by all systems.
            limit 1
        ) walk
        union
        select walk.location_id, walk.id
        from unnest(dealers) d (id)
        cross join lateral (
            select guarded.location_id, guarded.id from location l
            cross join lateral (
                select s.location_id, s.id from system s
                where s.location_id = l.id and s.lifecycle = 'ACTIVE' and (s.location_id, s.id) > (after_location, after_id)
                limit 1
            ) guarded
            where l.dealer_id = d.id and not l.removed and l.id >= after_location
              and l.generation = (select outbox.generation('customer-service'))
            order by l.id
            limit page
        ) walk
        union
        select s.location_id, s.id from system s
        where s.id = any (systems) and s.lifecycle = 'ACTIVE' and (s.location_id, s.id) > (after_location, after_id)
    ) place
    where place.location_id <= until_location
    order by place.location_id, place.id
    limit page;
end;

-- A system on a page, and what is known of its location.
create type listed_system as (
    id          uuid,
    location_id uuid,
    customer_id uuid,
    state       text,
    version     bigint,
    freshness   text,
    location    text,
    customer    text,
    -- Whose the location is, as its owner says; nothing, where the location is not known.
    owner_id    uuid,
    dealer_id   uuid,
    provider_id uuid
);

-- The first systems, behind a place in the list, that a person with these employments may be able to view; the teams that the
-- employments belong to; whether a message that could not be applied may concern what is on this page; and whether one
-- may add to what the person can view at all: it names them, one of their employers, or a dealer whom one of these
-- watches for.
--
-- Each system is judged by itself afterwards, so a location behind which a message is parked may be among them.
create function listing(of_user uuid, employments jsonb, after_location uuid, after_id uuid, page bigint)
returns table (systems listed_system[], teams jsonb, concerned boolean, incomplete boolean) language sql stable
begin atomic
    with held as materialized (
        select (it ->> 'id')::uuid as id,
               it #>> '{organization,kind}' as kind,
               (it #>> '{organization,id}')::uuid as employer,
               it -> 'roles' <> '[]' as everywhere,
               it -> 'locationRoles' as location_roles
        from jsonb_array_elements(employments) it
    ),
    ours as materialized (
        select t.id, t.name, array(select id from held where id = any (t.members)) as members, t.roles,
               o.kind, o.id as organization_id
        from known_team t
        cross join lateral (select * from known_organization where id = t.organization_id limit 1) o
        where t.members && array(select id from held)
    ),
    reach as materialized (
        select
            array(select employer from held where kind = 'customer' and everywhere) as customers,
            array(
                select key::uuid from held, jsonb_object_keys(location_roles) key where kind = 'customer'
                union all
                select key::uuid from ours, jsonb_object_keys(roles) key
            ) as locations,
            array(
                select employer from held where kind = 'dealer' and everywhere
                union
                select id from known_organization
                where provider_id = any (array(select employer from held where kind = 'provider' and everywhere))
            ) as dealers
    ),
    listed as materialized (
        select s.id, s.location_id, s.customer_id, s.state, s.version, s.freshness,
               coalesce(l.name, '') as location,
               -- Only for its name, which decides nothing: the last that was heard will do.
               coalesce((
                   select name from organization customer where (customer.id, customer.generation) = (l.customer_id, l.generation)
               ), '') as customer,
               l.customer_id as owner_id, l.dealer_id, dealer.provider_id
        from reach
        cross join lateral places(
            reach.customers, reach.locations, reach.dealers, '{}',
            after_location, after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff', page
        ) place
        -- Here too limits say what is so anyhow.
        cross join lateral (select * from system where id = place.id limit 1) s
        left join lateral (select * from known_location where id = place.location_id limit 1) l on true
        left join lateral (select * from known_organization where id = l.dealer_id limit 1) dealer on true
    )
    select
        array(select row(listed.*)::listed_system from listed order by location_id, id),
        (select coalesce(jsonb_agg(jsonb_build_object(
            'id', id, 'name', name,
            'organization', jsonb_build_object('kind', kind, 'id', organization_id),
            'members', members, 'roles', roles
        )), '[]') from ours),
        exists (select from outbox.parked) and concerned(
            of_user,
            array(select unnest(array[owner_id, dealer_id, provider_id]) from listed),
            array(select location_id from listed)
        ),
        exists (select from outbox.parked) and concerned(
            of_user,
            array(
                with mine as (
                    select employer from held
                    union
                    select organization_id from employment where user_id = of_user and not removed
                )
                select employer from mine
                union
                select dealer.id from mine
                join organization dealer on dealer.provider_id = mine.employer and not dealer.removed
            ),
            '{}'
        );
end;
