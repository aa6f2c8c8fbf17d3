create table project (
    tenant_id    uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    id           uuid primary key,
    slug         text not null,
    name         text not null,
    hub_url      text not null,
    tags         jsonb not null,
    owner        text,
    description  text,
    allow_fanout jsonb not null,
    annotations  jsonb not null,
    verify_key   text,
    -- `api` or `file`: a file only orphans what a file brought.
    source       text not null,
    orphaned     boolean not null default false,
    created_at   timestamptz not null,
    updated_at   timestamptz not null
);
create unique index project_slug on project (tenant_id, slug);

-- The recorded status and the last beat of each project; written in batches, never per beat.
create table presence (
    tenant_id         uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    project_id        uuid primary key references project (id) on delete cascade,
    status            text not null,
    status_since      timestamptz not null,
    status_reasons    jsonb not null,
    last_heartbeat_at timestamptz,
    report            jsonb
);

create table status_transition (
    tenant_id   uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    project_id  uuid not null references project (id) on delete cascade,
    at          timestamptz not null,
    from_status text not null,
    to_status   text not null,
    reasons     jsonb not null
);
create index status_transition_at on status_transition (project_id, at);

-- Which replica records transitions. One that hears the mesh may take over from one that does not.
create table recorder_lease (
    tenant_id uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid primary key,
    holder    uuid not null,
    until     timestamptz not null,
    linked    boolean not null,
    -- How often it changed hands.
    term      bigint not null
);

alter table project enable row level security;
alter table project force row level security;
create policy project_tenant on project
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table presence enable row level security;
alter table presence force row level security;
create policy presence_tenant on presence
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table status_transition enable row level security;
alter table status_transition force row level security;
create policy status_transition_tenant on status_transition
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table recorder_lease enable row level security;
alter table recorder_lease force row level security;
create policy recorder_lease_tenant on recorder_lease
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);
