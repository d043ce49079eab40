-- What an owner of facts grants counts at its own organizations alone. A generation is of one source, and a source keeps one
-- kind of organization; so an employment, or a team, is of the organization of that id in its own generation, and only a
-- dealer appoints a provider. Otherwise whoever keeps dealers could employ people, or have a team, at a customer, by
-- using its id.
--
-- The functions of 0003 in their places, with these joins.

-- A person's employments: those that were told, or else those that are known here. In two steps, since Postgres
-- would do the first anew wherever its result is used, if it were the only one.
create or replace function employments(of_user uuid, told jsonb) returns table (employments jsonb) language sql stable
begin atomic
    with known as (
        select jsonb_agg(jsonb_build_object(
            'id', e.id, 'user', e.user_id,
            'organization', jsonb_build_object('kind', o.kind, 'id', o.id), 'organizationName', o.name,
            'roles', e.roles, 'locationRoles', e.location_roles, 'schedule', e.schedule
        )) as employments
        from known_employment e
        join known_organization o on (o.id, o.generation) = (e.organization_id, e.generation)
        where e.user_id = of_user
    )
    select coalesce(told, (select known.employments from known), '[]');
end;

-- What bears on a person with these employments at these locations: those of the locations that are known, the teams
-- that the employments belong to of organizations that have a say there, and whether there may be more.
create or replace function surroundings(of_user uuid, employments jsonb, at_locations uuid[])
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
        left join known_organization dealer on (dealer.id, dealer.kind) = (l.dealer_id, 'dealer')
        where l.id = any (at_locations)
    ),
    ours as (
        select t.id, t.name, array(select id from held where id = any (t.members)) as members, t.roles,
               o.kind, o.id as organization_id
        from known_team t
        cross join lateral (
            select * from known_organization where (id, generation) = (t.organization_id, t.generation) limit 1
        ) o
        where t.members && array(select id from held)
          and exists (
              select from here
              where o.id = case o.kind when 'customer' then customer_id when 'dealer' then dealer_id else provider_id end
          )
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

-- The first systems, behind a place in the list, that a person with these employments may be able to view; the teams that the
-- employments belong to; whether a message that could not be applied may concern what is on this page; and whether one
-- may add to what the person can view at all: it names them, one of their employers, or a dealer whom one of these
-- watches for.
--
-- Each system is judged by itself afterwards, so a location behind which a message is parked may be among them.
create or replace function listing(of_user uuid, employments jsonb, after_location uuid, after_id uuid, page bigint)
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
        cross join lateral (
            select * from known_organization where (id, generation) = (t.organization_id, t.generation) limit 1
        ) o
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
        left join lateral (
            select * from known_organization where (id, kind) = (l.dealer_id, 'dealer') limit 1
        ) dealer on true
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
