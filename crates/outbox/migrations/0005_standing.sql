-- Where a reader stands, in one row. `as_of`: as `outbox.as_of` had it, the moment of which everything is known here
-- that any of these sources had said by then; nothing, if one of them was never heard of. `reached`: up to where
-- everything is in effect, of each source that is consumed at all, as a consistency token.
--
-- A table, because Postgres makes that a part of the statement that asks: a function that gives a value would be
-- planned anew each time.
create function outbox.standing(sources text[]) returns table (as_of timestamptz, reached text)
language sql stable
begin atomic
    select
        case when count(i.fresh_at) filter (where i.source = any (sources)) = cardinality(sources)
             then min(i.fresh_at) filter (where i.source = any (sources)) end,
        coalesce(string_agg(format('%s="%s:%s"', i.source, i.epoch, i.watermark), ', ') filter (where i.epoch > 0), '')
    from outbox.inbox i where i.serving;
end;

drop function outbox.as_of(text[]);
