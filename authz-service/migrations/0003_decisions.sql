-- What was decided, for those who answer for the policies: written in batches a moment later, and removed after a while.
create table decision (
    number         bigint      generated always as identity primary key,
    at             timestamptz not null,
    caller         text        not null,
    subject        text        not null,
    action         text        not null,
    resource       text        not null,
    -- The whole question: what counted of what the caller said, and nothing else.
    question       jsonb       not null,
    outcome        text        not null check (outcome in ('ALLOWED', 'DENIED', 'UNDECIDED')),
    policies       text[]      not null,
    policy_version text        not null,
    -- Of the facts, in the instance that answered; and as a consistency token, everywhere.
    revision       bigint      not null,
    facts_at       text        not null,
    facts_age_ms   bigint      not null
);
create index decision_by_time on decision (at);
create index decision_by_subject on decision (subject, number);
create index decision_by_resource on decision (resource, number);
