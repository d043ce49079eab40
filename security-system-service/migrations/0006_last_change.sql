-- How a system came to have a version, in the words of its history; a version that there is no entry of is the first, which
-- nobody has changed yet. To be joined by a system's id and version, so that a list tells of each system on a page what its
-- history would, in one statement.
create view last_change as
select system_id, version,
       jsonb_build_object('at', at, 'userId', user_id, 'name', name, 'action', action) as told
from history;
