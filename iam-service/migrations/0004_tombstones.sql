-- That an employment is gone is kept even if nothing else was ever heard of it: whose it was, and what it made of them,
-- is not known then.
alter table employments
    alter user_id drop not null,
    alter role drop not null,
    add check (not active or (user_id is not null and role is not null));
