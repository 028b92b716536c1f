-- Segments, hosts and failure notifications (room: failover).
-- Timestamps named *_at that clients see hold whole seconds, as the wire format does.

create table segment (
  id              bigint generated always as identity primary key,
  uuid            uuid not null default gen_random_uuid() unique,
  name            text not null,
  service_type    text not null,
  recovery_method text not null,
  enabled         boolean not null,
  description     text,
  created_at      timestamptz not null default date_trunc('second', now()),
  updated_at      timestamptz,
  deleted_at      timestamptz
);
create unique index segment_name_is_unique_while_live on segment (name) where deleted_at is null;
create index segment_by_creation on segment (created_at, id) where deleted_at is null;

create table host (
  id                 bigint generated always as identity primary key,
  uuid               uuid not null default gen_random_uuid() unique,
  segment_id         bigint not null references segment,
  name               text not null,
  type               text not null,
  control_attributes text not null,
  reserved           boolean not null,
  on_maintenance     boolean not null,
  created_at         timestamptz not null default date_trunc('second', now()),
  updated_at         timestamptz,
  deleted_at         timestamptz
);
create unique index host_name_is_unique_while_live on host (name) where deleted_at is null;
create index host_by_segment on host (segment_id, created_at, id) where deleted_at is null;

create table failure_notification (
  id             bigint generated always as identity primary key,
  uuid           uuid not null default gen_random_uuid() unique,
  host_id        bigint not null references host,
  -- Copies, so that showing a notification never needs its host or segment to exist still.
  host_uuid      uuid not null,
  segment_uuid   uuid not null,
  type           text not null check (type in ('COMPUTE_HOST', 'VM', 'PROCESS')),
  payload        jsonb not null,
  status         text not null default 'new'
                   check (status in ('new', 'running', 'error', 'failed', 'ignored', 'finished')),
  message        text,
  generated_time timestamptz not null,
  -- Our clock, to the microsecond: ages are counted from arrival, not from the sender's time.
  received_at    timestamptz not null default now(),
  created_at     timestamptz not null default date_trunc('second', now()),
  updated_at     timestamptz
);
-- The duplicate rule asks for the latest equal report of a host. The payload's hash is in the index
-- because a busy host has thousands of different ones within the window.
create index failure_notification_duplicates
  on failure_notification (host_id, jsonb_hash(payload), generated_time);
-- Lists, by their filters, in the default order. Finished is what nearly all rows are, so a list of
-- those needs no index of its own.
create index failure_notification_by_creation on failure_notification (created_at, id);
create index failure_notification_by_host on failure_notification (host_uuid, created_at, id);
create index failure_notification_by_type on failure_notification (type, created_at, id);
create index failure_notification_by_status on failure_notification (status, created_at, id)
  where status <> 'finished';
create index failure_notification_by_generated_time on failure_notification (generated_time);
-- "In use": a host with an open notification.
create index failure_notification_open on failure_notification (host_id)
  where status in ('new', 'running', 'error');
