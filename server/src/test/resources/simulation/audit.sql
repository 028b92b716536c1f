-- Tells what each transaction changes, in words, and which of it no promise allows. What it tells
-- goes out as notices (LISTEN), so it is heard exactly when the transaction commits.
create sequence sim.notes;

-- Equal notices of one transaction would become one.
create function sim.broken(promise text, what text) returns void language sql as $$
  select pg_notify('sim', left(concat_ws('|', nextval('sim.notes'), $1, $2), 3900))
$$;

create function sim.note(what text) returns void language sql as $$ select sim.broken('', $1) $$;

create function sim.host_name(number bigint) returns text language sql stable as
  $$ select name from public.host where id = number $$;

-- What has ended begins anew when an operator says so, and only then.
create function sim.is_operator() returns boolean language sql stable as
  $$ select current_setting('sim.node_name', true) = 'operator' $$;

create function sim.clock(moment timestamptz) returns text language sql immutable as
  $$ select to_char(moment at time zone 'UTC', 'HH24:MI:SS.MS') $$;

create function sim.audit_notification() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform sim.note(format('report %s stored: %s of %s %s', new.id, new.type,
                            sim.host_name(new.host_id), new.payload));
  elsif old.status is distinct from new.status or old.message is distinct from new.message then
    perform sim.note(format('report %s: %s%s', new.id, new.status, ', ' || new.message));
    if old.status in ('finished', 'failed', 'ignored')
       and not (sim.is_operator() and new.status = 'new') then
      perform sim.broken('P4', format('report %s had ended as %s and is %s', new.id, old.status, new.status));
    end if;
    if new.status in ('failed', 'ignored') and new.message is null then
      perform sim.broken('P9', format('report %s is %s without a reason', new.id, new.status));
    end if;
  end if;
  return null;
end $$;
create trigger sim_audit after insert or update on public.failure_notification
  for each row execute function sim.audit_notification();

create function sim.audit_recovery() returns trigger language plpgsql as $$
declare
  writer text := current_setting('sim.node', true);
  is_reopened boolean := sim.is_operator() and old.state = 'done' and new.state = 'due';
begin
  if new.epoch > old.epoch then
    perform sim.note(format('recovery %s claimed by %s, attempt %s', new.id, current_setting('sim.node_name', true), new.attempt));
    if old.state = 'running' and old.lease_until >= sim.now() then
      perform sim.broken('P3', format('recovery %s was taken from a node whose lease had not ended', new.id));
    end if;
  elsif is_reopened then
    perform sim.note(format('recovery %s begins anew', new.id));
  elsif new.state is distinct from old.state then
    perform sim.note(format('recovery %s %s', new.id, case
      when new.state <> 'due' then new.state
      when new.held_by is null then 'goes on at ' || sim.clock(new.due_at)
      when new.due_at <= sim.now() then 'held, ' || new.held_by
      else format('held, %s, looks again at %s', new.held_by, sim.clock(new.due_at)) end));
    if old.lease_owner::text is distinct from writer then
      perform sim.broken('P3', format('recovery %s was ended by a node that did not hold it', new.id));
    end if;
  elsif new.state = 'due' and new.due_at is distinct from old.due_at then
    perform sim.note(format('recovery %s need not wait any longer', new.id));
  end if;
  if new.cancelled and not old.cancelled then
    perform sim.note(format('recovery %s is to end', new.id));
  end if;
  if new.epoch < old.epoch or (old.state = 'done' and not is_reopened) then
    perform sim.broken('P3', format('recovery %s went back from epoch %s, %s', new.id, old.epoch, old.state));
  end if;
  return null;
end $$;
create trigger sim_audit after update on public.recovery
  for each row when (old.* is distinct from new.*) execute function sim.audit_recovery();

-- Whoever writes about a recovery holds it.
create function sim.check_writer(number bigint, what text) returns void language plpgsql as $$
declare
  holder text;
begin
  select lease_owner::text into holder from public.recovery where id = number and state = 'running';
  if holder is distinct from current_setting('sim.node', true) and holder is not null then
    perform sim.broken('P3', format('a node that does not hold recovery %s wrote: %s', number, what));
  end if;
end $$;

create function sim.audit_step() returns trigger language plpgsql as $$
begin
  perform sim.check_writer(new.recovery_id, new.name);
  if tg_op = 'INSERT' then
    perform sim.note(format('recovery %s step %s', new.recovery_id, new.name));
  elsif old.state is distinct from new.state then
    perform sim.note(format('recovery %s step %s: %s', new.recovery_id, new.name, new.state));
  end if;
  return null;
end $$;
create trigger sim_audit after insert or update on public.recovery_step
  for each row execute function sim.audit_step();

create function sim.audit_message() returns trigger language plpgsql as $$
declare
  step record;
begin
  select recovery_id, name into step from public.recovery_step where id = new.step_id;
  perform sim.note(format('recovery %s says: %s', step.recovery_id, new.message));
  return null;
end $$;
create trigger sim_audit after insert on public.recovery_step_message
  for each row execute function sim.audit_message();

create function sim.audit_vmove() returns trigger language plpgsql as $$
begin
  perform sim.check_writer(new.recovery_id, 'vmove of ' || new.instance_name);
  if tg_op = 'UPDATE' and old.status in ('succeeded', 'ignored') and old.* is distinct from new.* then
    perform sim.broken('P5', format('the vmove of %s had ended as %s and is %s', new.instance_name, old.status, new.status));
  end if;
  if tg_op = 'INSERT' or old.status is distinct from new.status then
    perform sim.note(format('recovery %s vmove %s: %s%s%s', new.recovery_id, new.instance_name, new.status,
                            ' to ' || new.dest_host, ', ' || new.message));
  end if;
  if new.status in ('failed', 'ignored') and new.message is null then
    perform sim.broken('P9', format('the vmove of %s is %s without a reason', new.instance_name, new.status));
  end if;
  if (new.status in ('succeeded', 'failed', 'ignored')) <> (new.end_time is not null) then
    perform sim.broken('P9', format('the vmove of %s is %s and its end is %s', new.instance_name, new.status, new.end_time));
  end if;
  return null;
end $$;
create trigger sim_audit after insert or update on public.vmove
  for each row execute function sim.audit_vmove();

create function sim.audit_event() returns trigger language plpgsql as $$
begin
  perform sim.note(format('event for %s: %s, %s: %s',
    case when new.account_id = 'b742632e-a26f-5081-b7e8-03a7f7238c5c' then 'operators'
         else 'owner ' || left(new.account_id::text, 8) end,
    new.name, new.severity, new.summary));
  return null;
end $$;
create trigger sim_audit after insert on public.event
  for each row execute function sim.audit_event();

create function sim.audit_gate() returns trigger language plpgsql as $$
begin
  perform sim.check_writer(new.recovery_id, 'gate ' || new.gate);
  perform sim.note(format('recovery %s gate %s %s: %s', new.recovery_id, new.gate, new.verdict, new.reason));
  return null;
end $$;
create trigger sim_audit after insert on public.recovery_gate
  for each row execute function sim.audit_gate();

create function sim.audit_host() returns trigger language plpgsql as $$
begin
  if new.reserved <> old.reserved then
    perform sim.note(format('%s is %s', new.name, case when new.reserved then 'reserved' else 'no reserved host any more' end));
  end if;
  if new.on_maintenance <> old.on_maintenance then
    perform sim.note(format('%s is %s maintenance', new.name, case when new.on_maintenance then 'on' else 'off' end));
  end if;
  return null;
end $$;
create trigger sim_audit after update on public.host
  for each row execute function sim.audit_host();

create function sim.audit_claim() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform sim.check_writer(new.recovery_id, 'claim');
    perform sim.note(format('recovery %s claims reserved host %s', new.recovery_id, sim.host_name(new.host_id)));
  else
    perform sim.check_writer(old.recovery_id, 'end of claim');
    perform sim.note(format('recovery %s has done with reserved host %s', old.recovery_id, sim.host_name(old.host_id)));
  end if;
  return null;
end $$;
create trigger sim_audit after insert or delete on public.reserved_host_claim
  for each row execute function sim.audit_claim();

create function sim.audit_action() returns trigger language plpgsql as $$
begin
  perform sim.note(format('%s written down as done by %s: %s', new.action, split_part(new.operator, ' ', 1), new.why));
  return null;
end $$;
create trigger sim_audit after insert on public.operator_action
  for each row execute function sim.audit_action();

create function sim.audit_pause() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform sim.note(format('pause of the %s until %s', concat_ws(' ', new.scope, sim.host_name(new.host_id)), sim.clock(new.expires_at)));
  elsif old.resumed_at is null and new.resumed_at is not null then
    perform sim.note(format('pause of the %s ends', concat_ws(' ', new.scope, sim.host_name(new.host_id))));
  end if;
  return null;
end $$;
create trigger sim_audit after insert or update on public.pause
  for each row execute function sim.audit_pause();

create function sim.audit_segment() returns trigger language plpgsql as $$
begin
  if new.enabled <> old.enabled then
    perform sim.note(format('segment %s is %s', new.name, case when new.enabled then 'enabled' else 'disabled' end));
  end if;
  return null;
end $$;
create trigger sim_audit after update on public.segment
  for each row execute function sim.audit_segment();

-- What must be so after every commit.
create view sim.broken_now as
  select 'P3' as promise, format('%s recoveries of %s run at once', count(*), sim.host_name(host_id)) as what
    from public.recovery where state = 'running' group by host_id having count(*) > 1
  union all
  select 'P6', format('account %s has %s events, the last has number %s, and its next is to come after %s',
                      f.account_id, e.events, e.last, f.last_sequence)
    from public.account_feed f
   cross join lateral (
           select count(*) as events, coalesce(max(sequence), 0) as last from public.event
            where account_id = f.account_id) e
   where f.last_sequence <> e.events or f.last_sequence <> e.last
  union all
  select 'P4', format('report %s is %s and its recovery %s', n.id, n.status, r.state)
    from public.failure_notification n join public.recovery r on r.id = n.id
   where (n.status in ('finished', 'failed', 'ignored')) <> (r.state = 'done')
  union all
  select 'P1', format('report %s has no recovery', n.id)
    from public.failure_notification n
   where not exists (select from public.recovery r where r.id = n.id)
  union all
  select 'P5', format('the recovery of %s has ended and its vmove is %s', v.instance_name, v.status)
    from public.vmove v join public.recovery r on r.id = v.recovery_id
   where r.state = 'done' and v.status in ('pending', 'ongoing')
  union all
  select 'P5', format('%s vmoves of %s in recovery %s', count(*), min(instance_name), recovery_id)
    from public.vmove group by recovery_id, instance_uuid having count(*) > 1
  union all
  select 'P9', format('recovery %s has ended and its step %s is %s', r.id, s.name, s.state)
    from public.recovery_step s join public.recovery r on r.id = s.recovery_id
   where r.state = 'done' and s.ended_at is null
     and s.attempt = r.attempt;
