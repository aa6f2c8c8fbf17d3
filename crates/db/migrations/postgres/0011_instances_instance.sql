create table instance (
    tenant_id  uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    id         uuid primary key,
    -- The machine whose hub runs it; no other touches it.
    host       text not null,
    project    text not null,
    name       text not null,
    driver     text not null,
    -- What it is made of: command, image, environment, limits.
    spec       jsonb not null,
    port       bigint,
    wanted     text not null,
    -- The number of the run that is wanted or was the last; 0 before the first.
    run        bigint not null,
    -- What is known of that run.
    started_at timestamptz,
    ready      boolean not null,
    failure    text,
    exit_code  bigint,
    restart_at timestamptz,
    -- Restarts since it last ran well, which make the pauses longer, and since somebody started it.
    streak     bigint not null,
    restarts   bigint not null,
    state      text not null,
    health     text not null,
    since      timestamptz not null,
    reason     text,
    last_lines text,
    handle     jsonb,
    job_id     uuid,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- One more with each change, so that two who decided on the same state do not both act.
    revision   bigint not null
);
create unique index instance_name on instance (tenant_id, name);
create unique index instance_port on instance (tenant_id, host, port) where port is not null;

alter table instance enable row level security;
alter table instance force row level security;
create policy instance_tenant on instance
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);
