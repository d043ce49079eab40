-- Planned for the parameters that it is given: what is not asked for is then no condition.
select number, at, caller, subject, action, resource, question, outcome, policies, policy_version, revision, facts_at,
       facts_age_ms, facts::text as facts, not_replayable
from decision
where ($1::timestamptz is null or (at, number) < ($1, $2::bigint))
  and ($3::text is null or caller = $3)
  and ($4::text is null or subject = $4)
  and ($5::text is null or action = $5)
  and ($6::text is null or resource = $6)
  and ($7::text is null or outcome = $7)
  and ($8::text is null or policy_version = $8)
  and ($9::timestamptz is null or at >= $9)
  and ($10::timestamptz is null or at < $10)
order by at desc, number desc
limit $11
