-- The git repositories of projects, and what the last look at each found.
create table repository (
    tenant_id      uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    id             uuid primary key,
    project_id     uuid not null references project (id) on delete cascade,
    location       text not null,
    -- The one of the other side where none is named.
    branch         text,
    -- Seconds.
    every          bigint not null,
    -- Both sealed with a key that is not in the database.
    credential     bytea,
    webhook_secret bytea not null,
    created_at     timestamptz not null,
    next_fetch_at  timestamptz not null,
    fetched_at     timestamptz,
    head           text,
    head_branch    text,
    bytes          bigint,
    error          text
);
create unique index repository_location on repository (project_id, location);

-- What forges delivered of late, by a hash: what comes again is a replay.
create table repository_delivery (
    tenant_id     uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    repository_id uuid not null references repository (id) on delete cascade,
    mark          bytea not null,
    received_at   timestamptz not null,
    primary key (repository_id, mark)
);
create index repository_delivery_received on repository_delivery (tenant_id, received_at);

alter table repository enable row level security;
alter table repository force row level security;
create policy repository_tenant on repository
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table repository_delivery enable row level security;
alter table repository_delivery force row level security;
create policy repository_delivery_tenant on repository_delivery
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);
