-- The moment of which everything is known here that any of these sources had said by then: what was committed there
-- earlier is in effect. Nothing, if one of them was never heard of.
--
-- It holds for each fact by itself. Facts of different aggregates may be of different moments after it, and only a
-- consistency token rules that out.
create function outbox.as_of(sources text[]) returns timestamptz language sql stable
return (
    select min(inbox.fresh_at) from outbox.inbox
    where inbox.source = any ($1) and inbox.serving
    having count(inbox.fresh_at) = cardinality($1)
);
