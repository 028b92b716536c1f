-- PostgreSQL's own clock and ids, replaced for everything that is created or run with the search
-- path public, sim, pg_catalog: the product's SQL says now(), and means these.
create schema sim;

create function sim.now() returns timestamptz language sql stable parallel safe as
  $$ select current_setting('sim.now')::timestamptz $$;

create function sim.clock_timestamp() returns timestamptz language sql stable parallel safe as
  $$ select current_setting('sim.now')::timestamptz $$;

create sequence sim.ids;

create function sim.gen_random_uuid() returns uuid language sql volatile as $$
  select overlay(overlay(md5('id ' || nextval('sim.ids')) placing '4' from 13) placing '8' from 17)::uuid
$$;
