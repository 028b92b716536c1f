-- Events, one sequence of them per account (room: feed).

-- One row per account that ever had an event or a reader; its lock puts the account's writers in a
-- row, so that the sequence has no gap and becomes visible in order. Taken last in a transaction,
-- several in the order of their ids.
create table account_feed (
  account_id    uuid primary key,
  last_sequence bigint not null default 0,
  -- Seconds; null: events without a ttl stay, and any ttl goes.
  default_ttl   bigint check (default_ttl > 0),
  max_ttl       bigint check (max_ttl > 0)
) with (fillfactor = 50);

create table event (
  account_id              uuid not null,
  sequence                bigint not null,
  id                      uuid not null,
  name                    text not null,
  summary                 text not null,
  event_time              timestamptz not null,
  source                  text not null,
  resource_id             uuid not null,
  additional_resource_ids uuid[] not null,
  resource_type           text not null,
  correlation_id          uuid not null,
  severity                text not null,
  class                   text not null,
  description             text not null,
  description_url         text,
  corrective_action       text,
  corrective_action_url   text,
  visibility              text[],
  destinations            text[],
  resource_uri            text,
  resource_collection_url text[],
  resource_method         text,
  resource_method_result  text,
  user_id                 uuid,
  about_account_id        uuid,
  ttl                     bigint,
  is_acknowledgeable      boolean,
  label_names             text[] not null default '{}',
  label_values            text[] not null default '{}',
  created_at              timestamptz not null default date_trunc('second', now()),
  created_by              uuid not null,
  expires_at              timestamptz,
  is_notification         boolean not null
    generated always as (coalesce(destinations @> '{notification}', false)) stored,
  -- The roles that visibility names, a bit each from viewer (1) to owner (8); all where it is absent.
  named_roles             integer not null generated always as (
    case when visibility is null then 15
         else (visibility @> '{viewer}')::int + 2 * (visibility @> '{member}')::int
            + 4 * (visibility @> '{admin}')::int + 8 * (visibility @> '{owner}')::int end) stored,
  -- With all that a count looks at: it would else fetch every row of the account from its page.
  primary key (account_id, sequence) include (expires_at, named_roles, is_notification)
);
create unique index event_by_id on event (id);
create index event_by_time on event (account_id, event_time, sequence);
create index notification_by_severity on event (account_id, severity, event_time, sequence)
  where is_notification;
create index event_by_correlation on event (account_id, correlation_id, sequence);
create index event_by_expiry on event (expires_at) where expires_at is not null;

-- Which role a user had in an account while which events came; role is 0 (viewer) to 3 (owner).
-- With it "unread" needs no row per user and event: see docs/account-feed.md.
create table feed_reader (
  account_id    uuid not null,
  user_id       uuid not null,
  from_sequence bigint not null,
  to_sequence   bigint,
  role          smallint not null check (role between 0 and 3),
  primary key (account_id, user_id, from_sequence)
);

-- What a user has read, a bit for each event of a stretch of 1024.
create table read_block (
  account_id uuid not null,
  user_id    uuid not null,
  block      bigint not null,
  bits       bit(1024) not null,
  primary key (account_id, user_id, block)
) with (fillfactor = 70);

create table idempotency_key (
  account_id     uuid not null,
  user_id        uuid not null,
  key            text not null,
  request_digest bytea not null,
  -- From which the ids of the request's events are made, so that its answer can be given again.
  seed           uuid not null,
  first_sequence bigint not null,
  created_at     timestamptz not null default now(),
  primary key (account_id, user_id, key)
);
create index idempotency_key_by_age on idempotency_key (created_at);

-- One row: what signs the places at which lists go on, and up to when events have been removed, so
-- that a clock set back shows none of them again.
create table feed_state (
  is_the_only_row boolean primary key default true check (is_the_only_row),
  secret          bytea not null,
  expired_until   timestamptz not null default '-infinity'
);
insert into feed_state (secret)
values (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

-- Both read as 128 bits: the ids of notifications and of unread marks are the event's, turned.
create function uuid_xor(a uuid, b uuid) returns uuid
language sql immutable strict parallel safe as $$
  select (lpad(to_hex((('x' || left(x, 16))::bit(64) # ('x' || left(y, 16))::bit(64))::bigint), 16, '0')
       || lpad(to_hex((('x' || right(x, 16))::bit(64) # ('x' || right(y, 16))::bit(64))::bigint), 16, '0')
         )::uuid
    from (select replace(a::text, '-', '') as x, replace(b::text, '-', '') as y) t
$$;
