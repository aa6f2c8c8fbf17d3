create table instance (
    tenant_id  int not null default 0,
    id         blob primary key,
    -- The machine whose hub runs it; no other touches it.
    host       text not null,
    project    text not null,
    name       text not null,
    driver     text not null,
    -- What it is made of: command, image, environment, limits.
    spec       text not null,
    port       integer,
    wanted     text not null,
    -- The number of the run that is wanted or was the last; 0 before the first.
    run        integer not null,
    -- What is known of that run.
    started_at integer,
    ready      boolean not null,
    failure    text,
    exit_code  integer,
    restart_at integer,
    -- Restarts since it last ran well, which make the pauses longer, and since somebody started it.
    streak     integer not null,
    restarts   integer not null,
    state      text not null,
    health     text not null,
    since      integer not null,
    reason     text,
    last_lines text,
    handle     text,
    job_id     blob,
    created_at integer not null,
    updated_at integer not null,
    -- One more with each change, so that two who decided on the same state do not both act.
    revision   integer not null
);
create unique index instance_name on instance (tenant_id, name);
create unique index instance_port on instance (tenant_id, host, port) where port is not null;
