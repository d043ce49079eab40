-- A decision reads of a person's roles those at the locations in question. Somebody may hold roles at a thousand locations, and
-- be of teams that hold them at ten thousand; all of it was put into JSON, and read, for each decision. A list goes on
-- asking for everything, since it is by this that it finds where to look.

-- A person's employments: those that were told, or else those that are known here, as far as they bear on these locations. In
-- two steps, as where the list asks.
create function employments(of_user uuid, told jsonb, at_locations uuid[]) returns table (employments jsonb) language sql stable
begin atomic
    with known as (
        select jsonb_agg(jsonb_build_object(
            'id', e.id, 'user', e.user_id,
            'organization', jsonb_build_object('kind', o.kind, 'id', o.id), 'organizationName', o.name,
            'roles', e.roles,
            'locationRoles', (
                select coalesce(jsonb_object_agg(l.id, e.location_roles -> l.id::text), '{}')
                from unnest(at_locations) l (id)
                where e.location_roles ? l.id::text
            ),
            'schedule', e.schedule
        )) as employments
        from known_employment e
        join known_organization o on (o.id, o.generation) = (e.organization_id, e.generation)
        where e.user_id = of_user
    )
    select coalesce(told, (select known.employments from known), '[]');
end;

-- What bears on a person with these employments at these locations: those of the locations that are known, the teams
-- that the employments belong to of organizations that have a say there, with their roles at these locations, and whether there
-- may be more.
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
        select t.id, t.name, array(select id from held where id = any (t.members)) as members,
               (
                   select coalesce(jsonb_object_agg(l.id, t.roles -> l.id::text), '{}') from here l
                   where t.roles ? l.id::text
               ) as roles,
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
