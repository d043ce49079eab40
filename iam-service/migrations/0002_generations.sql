-- Employments are a replica, which is filled anew beside the one that is read: see crates/outbox.
alter table employments
    add source text not null default 'customer-service',
    add generation bigint;
update employments set generation = outbox.generation(source);
alter table employments
    alter source drop default,
    alter generation set not null,
    drop constraint employments_pkey,
    add primary key (generation, employee_id);
