-- What it takes to answer a question once more from the log alone: the facts that were read, in Cedar's form for entities.
-- Or why that cannot be done. Where neither is said, it was decided by a version that kept no facts.
alter table decision
    add column facts          jsonb,
    add column not_replayable text;

-- Policies that came with a version of the service, by their digest; those that were uploaded are in policy_version.
create table shipped_policies (
    digest text        primary key,
    -- Texts by name.
    files  jsonb       not null,
    -- When an instance answered by them first.
    at     timestamptz not null
);

-- Which policies a deed was about, also where a version is the one that is shipped: that is another with each version of the service.
alter table policy_deed add column digest text;

-- What was looked for, and how many were found on the page: what was found is not kept.
create table search (
    number         bigint      generated always as identity primary key,
    at             timestamptz not null,
    caller         text        not null,
    kind           text        not null check (kind in ('SUBJECTS', 'RESOURCES', 'ACTIONS', 'VALUES')),
    -- What counted of what the caller said, and nothing else.
    question       jsonb       not null,
    found          bigint      not null,
    -- Whether there may be more, on another page.
    more           boolean     not null,
    policy_version text        not null,
    revision       bigint      not null,
    facts_at       text        not null,
    facts_age_ms   bigint      not null
);
create index search_by_time on search (at, number);
create index search_by_caller on search (caller, at, number);

-- Pages are read in the order of time, and each of these ways is one: an index that holds the page, and its order.
create index decision_in_time on decision (at, number);
create index decision_of_caller on decision (caller, at, number);
create index decision_of_subject on decision (subject, at, number);
create index decision_on_resource on decision (resource, at, number);
create index decision_by_outcome on decision (outcome, at, number);
create index decision_by_version on decision (policy_version, at, number);
-- The version before reads by others of these as well, more slowly while it is being replaced.
drop index decision_by_time;
drop index decision_by_subject;
drop index decision_by_resource;
