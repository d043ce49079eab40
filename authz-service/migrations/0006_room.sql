-- Logs have an end: whoever may ask could fill the disk otherwise. How much room each takes is counted as rows come and go, so
-- that nobody has to look at all of them to know.

-- What a row takes in the table and in its indexes, about. What was decided to be allowed, and was a change, is kept apart from
-- the others, of which anybody can make as many as they like.
alter table decision
    add column bytes integer not null generated always as (
        512 + 2 * (octet_length(caller) + octet_length(subject) + octet_length(resource) + octet_length(policy_version))
            + octet_length(action) + octet_length(question::text) + 64 * cardinality(policies) + octet_length(facts_at)
            + coalesce(octet_length(facts::text), 0)
    ) stored,
    add column allowed_change boolean not null default false;
create index decision_by_room on decision (allowed_change, at, number);

alter table search
    add column bytes integer not null generated always as (
        384 + 2 * octet_length(caller) + octet_length(question::text) + octet_length(policy_version) + octet_length(facts_at)
    ) stored;

create table log_size (
    log     text   primary key check (log in ('DECISIONS', 'SEARCHES')),
    -- Of decisions that allowed a change.
    changes bigint not null,
    others  bigint not null
);
insert into log_size (log, changes, others) select 'DECISIONS', 0, coalesce(sum(bytes), 0) from decision;
insert into log_size (log, changes, others) select 'SEARCHES', 0, coalesce(sum(bytes), 0) from search;

create function weigh_decisions() returns trigger language plpgsql as $$
declare
    way constant integer := case tg_op when 'INSERT' then 1 else -1 end;
begin
    update log_size set changes = log_size.changes + way * moved.changes, others = log_size.others + way * moved.others
    from (
        select coalesce(sum(bytes) filter (where allowed_change), 0) as changes,
               coalesce(sum(bytes) filter (where not allowed_change), 0) as others
        from these
    ) as moved
    where log_size.log = 'DECISIONS' and moved.changes + moved.others > 0;
    return null;
end
$$;
create trigger decisions_come after insert on decision referencing new table as these
    for each statement execute function weigh_decisions();
create trigger decisions_go after delete on decision referencing old table as these
    for each statement execute function weigh_decisions();

create function weigh_searches() returns trigger language plpgsql as $$
declare
    way constant integer := case tg_op when 'INSERT' then 1 else -1 end;
begin
    update log_size set others = log_size.others + way * moved.others
    from (select coalesce(sum(bytes), 0) as others from these) as moved
    where log_size.log = 'SEARCHES' and moved.others > 0;
    return null;
end
$$;
create trigger searches_come after insert on search referencing new table as these
    for each statement execute function weigh_searches();
create trigger searches_go after delete on search referencing old table as these
    for each statement execute function weigh_searches();
