-- Recoveries, their steps and vmoves (room: recovery).

-- One row per failure notification; it is the queue entry and the lease at once. Narrow, because
-- heartbeats rewrite it.
create table recovery (
  id           bigint primary key references failure_notification,
  host_id      bigint not null,
  -- 0 goes first: a dead host before the noise of single instances.
  urgency      smallint not null,
  state        text not null default 'due' check (state in ('due', 'running', 'done')),
  -- Ages are counted from here: arrival, on the database's clock.
  created_at   timestamptz not null default now(),
  due_at       timestamptz not null default now(),
  attempt      integer not null default 0,
  -- How often in a row the cloud could not be asked; such attempts are taken up, not counted.
  outages      integer not null default 0,
  -- Grows each time a lease changes hands; every write of a recovery carries it.
  epoch        bigint not null default 0,
  lease_owner  uuid,
  lease_until  timestamptz,
  constraint a_running_recovery_has_a_lease
    check ((state = 'running') = (lease_owner is not null and lease_until is not null)),
  -- Makes the epoch a key, so that the writes of a lease holder (FOR KEY SHARE on this row) shut
  -- out a change of epoch but not the heartbeat, which changes no key.
  constraint recovery_epoch_is_a_key unique (id, epoch)
) with (fillfactor = 70);
-- P3: one host, one running recovery, whatever the number of nodes.
create unique index one_running_recovery_per_host on recovery (host_id) where state = 'running';
create index recovery_queue on recovery (urgency, due_at, id) where state = 'due';
create index recovery_queue_by_host on recovery (host_id, urgency, id) where state = 'due';

-- A stored notification and its recovery appear in one commit, whoever stores it.
create function enqueue_recovery() returns trigger language plpgsql as $$
begin
  insert into recovery (id, host_id, urgency)
  select id, host_id, case type when 'COMPUTE_HOST' then 0 else 1 end from accepted;
  return null;
end $$;
create trigger enqueue_recovery after insert on failure_notification
  referencing new table as accepted for each statement execute function enqueue_recovery();

-- What the planner decided; kept whole, and continued by every later attempt.
create table recovery_plan (
  recovery_id bigint primary key references recovery,
  created_at  timestamptz not null default now(),
  plan        jsonb not null
);

create table recovery_step (
  id          bigint generated always as identity primary key,
  recovery_id bigint not null references recovery,
  attempt     integer not null,
  name        text not null,
  state       text not null,
  progress    double precision not null default 0,
  started_at  timestamptz not null default now(),
  ended_at    timestamptz,
  unique (recovery_id, attempt, name)
);

create table recovery_step_message (
  id       bigint generated always as identity primary key,
  step_id  bigint not null references recovery_step,
  at       timestamptz not null default clock_timestamp(),
  progress double precision not null,
  message  text not null
);
create index recovery_step_message_by_step on recovery_step_message (step_id, id);

create table vmove (
  id                   bigint generated always as identity primary key,
  uuid                 uuid not null default gen_random_uuid() unique,
  recovery_id          bigint not null references recovery,
  instance_uuid        uuid not null,
  instance_name        text not null,
  source_host          text not null,
  dest_host            text,
  type                 text not null default 'evacuation',
  status               text not null
                         check (status in ('pending', 'ongoing', 'succeeded', 'failed', 'ignored')),
  message              text,
  start_time           timestamptz,
  end_time             timestamptz,
  created_at           timestamptz not null default date_trunc('second', now()),
  updated_at           timestamptz,
  -- P5: an instance has one vmove per recovery; a retry continues it.
  unique (recovery_id, instance_uuid)
);
create index vmove_by_creation on vmove (recovery_id, created_at, id);
