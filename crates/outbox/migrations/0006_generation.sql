-- Asked in nearly every statement that reads a replica. A function in SQL that gives a value is planned anew by every
-- statement that calls it, which takes longer than most of these statements; one in PL/pgSQL keeps its plan.
create or replace function outbox.generation(source text) returns bigint language plpgsql stable as $$
begin
    return (select inbox.generation from outbox.inbox where inbox.source = $1 and inbox.serving);
end
$$;
