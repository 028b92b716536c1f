-- Accounts, their users, groups, roles and API tokens (room: identity).
-- Every Keystone project is an account whether it has a row here or not.

create table account (
  id         uuid primary key,
  name       text not null,
  -- Keystone's own writing, where the account is a project.
  project_id text unique,
  is_enabled boolean not null default true,
  created_at timestamptz not null default date_trunc('second', now()),
  updated_at timestamptz,
  created_by uuid not null
);

create table account_user (
  id          uuid primary key,
  name        text not null,
  -- Keystone's own writing, where the user is Keystone's.
  keystone_id text unique,
  state       text not null default 'active' check (state in ('pending', 'active', 'suspended')),
  is_enabled  boolean not null default true,
  created_at  timestamptz not null default date_trunc('second', now()),
  updated_at  timestamptz,
  created_by  uuid not null
);

create table account_group (
  id         uuid primary key,
  account_id uuid not null references account,
  name       text not null,
  created_at timestamptz not null default date_trunc('second', now()),
  created_by uuid not null,
  unique (account_id, name)
);

create table group_member (
  group_id uuid not null references account_group on delete cascade,
  user_id  uuid not null references account_user on delete cascade,
  primary key (group_id, user_id)
);
create index group_member_by_user on group_member (user_id);

create table role_binding (
  id               uuid primary key,
  account_id       uuid not null references account,
  user_id          uuid references account_user on delete cascade,
  group_id         uuid references account_group on delete cascade,
  role             text not null check (role in ('viewer', 'member', 'admin', 'owner')),
  role_constraints text[] not null default '{*}',
  created_at       timestamptz not null default date_trunc('second', now()),
  updated_at       timestamptz,
  created_by       uuid not null,
  constraint a_binding_has_one_principal check ((user_id is null) <> (group_id is null)),
  unique (account_id, user_id),
  unique (account_id, group_id)
);
create index role_binding_by_user on role_binding (user_id) where user_id is not null;
create index role_binding_by_group on role_binding (group_id) where group_id is not null;

create table api_token (
  id           uuid primary key,
  -- A token is good in one account only, so that who may make tokens there gives away no other.
  account_id   uuid not null references account,
  user_id      uuid not null references account_user on delete cascade,
  name         text not null,
  -- SHA-256 of the secret, which is stored nowhere.
  digest       bytea not null unique,
  -- May publish events and nothing else.
  is_for_publishing boolean not null default false,
  created_at   timestamptz not null default date_trunc('second', now()),
  created_by   uuid not null,
  expires_at   timestamptz,
  last_used_at timestamptz
);
create index api_token_by_user on api_token (account_id, user_id, created_at, id);
