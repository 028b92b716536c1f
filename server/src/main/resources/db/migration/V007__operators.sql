-- Safety gates, reserved hosts in use, and what operators see and do (room: recovery).

alter table recovery
  -- A copy, so that pauses and the storm brake need no other room's table; null: the release before.
  add column segment_uuid uuid,
  -- An operator wants it to end; whoever runs it sees this at the next heartbeat.
  add column cancelled boolean not null default false,
  -- The gate that made it wait until due_at; null: it does not wait for one.
  add column held_by text,
  -- When it passed the storm brake, which counts those that did lately.
  add column admitted_at timestamptz,
  -- Attempts before an operator had it tried again; the limit counts those after.
  add column forgiven integer not null default 0;
update recovery r set segment_uuid = n.segment_uuid
  from failure_notification n where n.id = r.id and r.state <> 'done';
create index recovery_admitted on recovery (admitted_at) where admitted_at is not null;
create index recovery_held on recovery (id) where held_by is not null;

create or replace function enqueue_recovery() returns trigger language plpgsql as $$
begin
  insert into recovery (id, host_id, segment_uuid, urgency, state)
  select id, host_id, segment_uuid, case type when 'COMPUTE_HOST' then 0 else 1 end,
         case when imported_as_of is null then 'due' else 'done' end
    from accepted;
  return null;
end $$;

-- One row per lease: who worked at it, when, and what came of it.
create table recovery_attempt (
  recovery_id bigint not null references recovery,
  epoch       bigint not null,
  attempt     integer not null,
  node        uuid not null,
  began_at    timestamptz not null default now(),
  -- Null while it runs, and for ever when its node died or lost the lease.
  ended_at    timestamptz,
  outcome     text,
  reason      text,
  primary key (recovery_id, epoch)
);

-- Each verdict of a safety gate, with what it was made from.
create table recovery_gate (
  id          bigint generated always as identity primary key,
  recovery_id bigint not null references recovery,
  attempt     integer not null,
  gate        text not null,
  verdict     text not null check (verdict in ('open', 'closed', 'overridden', 'off')),
  reason      text not null,
  inputs      jsonb not null,
  at          timestamptz not null default clock_timestamp()
);
create index recovery_gate_by_recovery on recovery_gate (recovery_id, id);

-- What operators did: who, what, why. Rows are only added.
create table operator_action (
  id           bigint generated always as identity primary key,
  uuid         uuid not null default gen_random_uuid() unique,
  at           timestamptz not null default now(),
  operator     text not null,
  action       text not null,
  why          text not null,
  -- What it was about; all null: the region.
  segment_uuid uuid,
  host_id      bigint,
  recovery_id  bigint references recovery,
  details      jsonb not null default '{}'
);
create index operator_action_by_recovery on operator_action (recovery_id, id)
  where recovery_id is not null;

-- A gate that an operator opened for one recovery.
create table recovery_override (
  recovery_id bigint not null references recovery,
  gate        text not null,
  action_id   bigint not null references operator_action,
  primary key (recovery_id, gate)
);

-- While one is in force, no recovery in its scope begins or goes on with another instance.
create table pause (
  id           bigint generated always as identity primary key,
  uuid         uuid not null default gen_random_uuid() unique,
  scope        text not null check (scope in ('region', 'segment', 'host')),
  segment_uuid uuid,
  host_id      bigint,
  reason       text not null,
  paused_by    text not null,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null,
  resumed_at   timestamptz,
  resumed_by   text,
  constraint a_pause_has_the_target_of_its_scope
    check ((scope = 'segment') = (segment_uuid is not null) and (scope = 'host') = (host_id is not null))
);
create index pause_in_force on pause (expires_at) where resumed_at is null;

-- What differs from the settings in one segment.
create table segment_rules (
  segment_uuid uuid primary key,
  rules        jsonb not null,
  changed_at   timestamptz not null default now(),
  changed_by   text not null
);

-- A reserved host that a recovery uses; the key keeps two failing hosts from taking the same one.
create table reserved_host_claim (
  host_id     bigint primary key,
  recovery_id bigint not null references recovery,
  claimed_at  timestamptz not null default now(),
  -- Whether the cloud gave it instances before we did: then it goes on doing so when given back.
  was_enabled boolean
);
create index reserved_host_claim_by_recovery on reserved_host_claim (recovery_id);

-- The id under which the cloud logged the evacuate call.
alter table vmove add column cloud_request_id text;
