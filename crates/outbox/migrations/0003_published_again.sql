-- When the stream has lost what it held, or an epoch begins, everything is published again. Each message then names
-- the position of the last of them, in its epoch.
alter table outbox.message add complete_at bigint;

-- The time of the message, where its headers say so.
alter table outbox.parked alter at drop not null;
