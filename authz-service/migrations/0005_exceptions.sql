-- Grants for a while that are no facts of anybody's: somebody asks, somebody else approves, and it lapses by itself.
create table exception (
    number        bigint      generated always as identity primary key,
    -- Who may do what to what, by types and ids.
    subject_type  text        not null,
    subject       text        not null,
    action        text        not null,
    resource_type text        not null,
    resource      text        not null,
    reason        text        not null,
    -- From then on it counts for nothing, without anybody's doing.
    until         timestamptz not null,
    asked_by      uuid        not null,
    asker         text        not null,
    asked_at      timestamptz not null,
    approved_by   uuid        check (approved_by <> asked_by),
    approver      text,
    approved_at   timestamptz,
    taken_back_by uuid,
    taker         text,
    taken_back_at timestamptz,
    check (num_nonnulls(approved_by, approver, approved_at) in (0, 3)),
    check (num_nonnulls(taken_back_by, taker, taken_back_at) in (0, 3)),
    check (until > asked_at and until <= asked_at + interval '720 hours')
);
create index exception_in_force on exception (until) where approved_by is not null and taken_back_by is null;

-- Who did what with which, and when. Whoever adds one holds a lock, so that a higher number is a later one.
create table exception_deed (
    number    bigint      generated always as identity primary key,
    kind      text        not null check (kind in ('ASKED', 'APPROVED', 'TAKEN_BACK')),
    exception bigint      not null references exception,
    user_id   uuid        not null,
    name      text        not null,
    at        timestamptz not null
);
