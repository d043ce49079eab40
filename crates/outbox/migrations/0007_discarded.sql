-- Generations that others have replaced. Nobody reads them any more, and their rows are deleted a part at a time: to delete
-- all of them takes the longer the more there are, and whoever turns the readers to another generation must not wait.
create table outbox.discarded (
    generation bigint primary key,
    source     text not null
);
