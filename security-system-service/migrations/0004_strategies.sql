-- Which strategy was chosen for an operation while the service runs, by whom and when: in a demonstration it decides in
-- place of the configured one. Nothing is ever changed or removed here; the last choice for an operation counts.
create table strategy_choice (
    operation text        not null check (operation in ('view', 'arm', 'disarm', 'acknowledge')),
    -- Counts the choices for this operation. Two who choose at once do not get the same number, so one of them is told.
    version   bigint      not null check (version > 0),
    -- Null: the configured one again. A name that an instance does not know is to it the same.
    strategy  text,
    user_id   uuid        not null,
    name      text        not null,
    at        timestamptz not null,

    primary key (operation, version)
);
