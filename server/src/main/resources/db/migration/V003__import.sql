-- Rows that came from another server (tocsin import).

-- When the row had last changed at its source, as of the last import; null: it came into being here.
-- A row is as it was imported while this equals coalesce(updated_at, created_at). '-infinity' says
-- that not all of it could be had, so that the next import asks again.
alter table segment add column imported_as_of timestamptz;
alter table host add column imported_as_of timestamptz;
alter table failure_notification add column imported_as_of timestamptz;
-- Which source; what that one no longer has is deleted here too, what others gave stays.
alter table segment add column imported_from text;
alter table host add column imported_from text;

-- What was imported is over: it has a recovery, so that its history can be shown, but not a due one.
create or replace function enqueue_recovery() returns trigger language plpgsql as $$
begin
  insert into recovery (id, host_id, urgency, state)
  select id, host_id, case type when 'COMPUTE_HOST' then 0 else 1 end,
         case when imported_as_of is null then 'due' else 'done' end
    from accepted;
  return null;
end $$;
