-- The first event of each recovery's story: "failure reported" (room: recovery).

-- Each of these is one expression, so that the planner puts it in place: called as functions they
-- cost more than all the rest of the trigger.

-- A text as an event can show it: without control characters, at most so many code points, never
-- empty.
create function told_text(told text, most integer) returns text
language sql immutable parallel safe as $$
  select left(coalesce(nullif(btrim(
           regexp_replace(told, '[\u0001-\u001f\u007f-\u009f]+', ' ', 'g')), ''), '?'), most)
$$;

-- The summary of a report, which the event that clears it repeats; within 79 code points.
create function failure_summary(type text, payload jsonb, host_name text) returns text
language sql immutable parallel safe as $$
  select case type
           when 'COMPUTE_HOST' then 'Host ' || told_text(host_name, 60)
             || case payload->>'event' when 'STOPPED' then ' failed' when 'STARTED' then ' started'
                     else ' changed' end
           when 'PROCESS' then 'Process ' || told_text(payload->>'process_name', 24)
             || case payload->>'event' when 'STOPPED' then ' stopped on '
                     when 'STARTED' then ' started on ' else ' changed on ' end
             || told_text(host_name, 34)
           else 'Instance event on ' || told_text(host_name, 60)
         end
$$;

-- The instance that a report is about, if it names one that an event can carry (Astra spec §2.1).
create function reported_instance(payload jsonb) returns uuid
language sql immutable parallel safe as $$
  select case when lower(replace(payload->>'instance_uuid', '-', ''))
                ~ '^[0-9a-f]{12}(4[0-9a-f]{3}[89ab]|5[0-9a-f]{4})[0-9a-f]{15}$'
              then lower(replace(payload->>'instance_uuid', '-', ''))::uuid end
$$;

-- A trigger because the intake is one statement, and its speed matters; with the name that makes it
-- the last one, for the account's row stays locked from here to the commit. Imported reports are
-- history.
create function tell_reported_failures() returns trigger language plpgsql as $$
declare
  -- io.tocsin.identity.AccountId.OPERATORS
  operators constant uuid := 'b742632e-a26f-5081-b7e8-03a7f7238c5c';
  told bigint;
  feed account_feed;
begin
  select count(*) into told from accepted where imported_as_of is null;
  if told = 0 then
    return null;
  end if;
  insert into account_feed as f (account_id, last_sequence) values (operators, told)
      on conflict (account_id) do update set last_sequence = f.last_sequence + told
  returning f.* into feed;
  insert into event (
           account_id, sequence, id, name, summary, event_time, source, resource_id,
           additional_resource_ids, resource_type, correlation_id, severity, class, description,
           destinations, about_account_id, ttl, created_by, expires_at)
  select operators, feed.last_sequence - told + row_number() over (order by n.id),
         gen_random_uuid(),
         case n.type
           when 'COMPUTE_HOST' then 'tocsin.host.' || what.happened || '.reported'
           when 'PROCESS' then 'tocsin.process.' || what.happened || '.reported'
           else 'tocsin.instance.event.reported' end,
         failure_summary(n.type, n.payload, h.name), n.created_at, 'recovery-engine',
         coalesce(instance.id, n.host_uuid),
         case when instance.id is null then '{}' else array[n.host_uuid] end,
         case when instance.id is null then 'application/astra-host'
              else 'application/astra-instance' end,
         n.uuid,
         case when n.type = 'VM' then 'indeterminate'
              when n.payload->>'event' is distinct from 'STOPPED' then 'informational'
              when n.type = 'COMPUTE_HOST' then 'critical'
              else 'warning' end,
         'system',
         'A monitor reported ' || case n.type
           when 'COMPUTE_HOST' then 'host ' || told_text(h.name, 255) || ': '
             || told_text(concat_ws(', ', n.payload->>'event',
                  'host status ' || (n.payload->>'host_status'),
                  'cluster status ' || (n.payload->>'cluster_status')), 255)
           when 'PROCESS' then 'process ' || told_text(n.payload->>'process_name', 255)
             || ' on host ' || told_text(h.name, 255) || ': '
             || told_text(n.payload->>'event', 255)
           else 'an event of instance ' || told_text(n.payload->>'instance_uuid', 60)
             || ' on host ' || told_text(h.name, 255) || ': '
             || told_text(n.payload->>'event', 255) || ' '
             || told_text(n.payload->>'vir_domain_event', 255) end || '.',
         -- Events of instances are everyday noise: they stay in the activity log.
         case when n.type <> 'VM' and n.payload->>'event' = 'STOPPED'
              then array['notification'] end,
         operators, life.ttl, '00000000-0000-0000-0000-000000000000',
         -- As for any event: a hundred years have no end.
         case when life.ttl <= 100::bigint * 366 * 24 * 3600
              then n.created_at + life.ttl * interval '1 second' end
    from accepted n
    join host h on h.id = n.host_id
   cross join lateral (
           select case when n.payload->>'event' = 'STOPPED' then 'failure' else 'event' end
                    as happened) what
   cross join lateral (
           select case when n.type = 'VM' then reported_instance(n.payload) end as id) instance
   cross join (select least(coalesce(feed.default_ttl, feed.max_ttl), feed.max_ttl) as ttl) life
   where n.imported_as_of is null
   order by n.id;
  return null;
end $$;
create trigger tell_reported_failures after insert on failure_notification
  referencing new table as accepted for each statement execute function tell_reported_failures();
