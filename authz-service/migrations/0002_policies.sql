-- Policies that somebody has uploaded. What is shipped with the service is version 0 and not here.
create table policy_version (
    number      bigint      generated always as identity primary key,
    -- Of the files: what answers name, and what no two versions have in common.
    digest      text        not null unique,
    note        text        not null,
    -- Texts by name.
    files       jsonb       not null,
    uploaded_by uuid        not null,
    uploader    text        not null,
    uploaded_at timestamptz not null,
    approved_by uuid        check (approved_by <> uploaded_by),
    approver    text,
    approved_at timestamptz,
    check (num_nonnulls(approved_by, approver, approved_at) in (0, 3))
);

-- Who did what, and when. The policies that are asked are those of the last row of the last two kinds, or version 0. Whoever adds
-- one of these holds a lock, so that a higher number is a later one.
create table policy_deed (
    number  bigint      generated always as identity primary key,
    kind    text        not null check (kind in ('UPLOADED', 'APPROVED', 'PROMOTED', 'ROLLED_BACK')),
    version bigint      not null,
    user_id uuid        not null,
    name    text        not null,
    at      timestamptz not null
);
create index policy_deed_by_promotion on policy_deed (number) where kind in ('PROMOTED', 'ROLLED_BACK');
