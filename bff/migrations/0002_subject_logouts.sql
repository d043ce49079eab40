-- People whom the provider has signed out everywhere, and by when: a login that was under way then must not outlive it.
-- A session counts as created when its login was begun.
create table subject_logout (
    subject text primary key,
    at      timestamptz not null
);

create index subject_logout_by_time on subject_logout (at);
