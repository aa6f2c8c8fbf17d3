create table job (
    tenant_id    uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    id           uuid primary key,
    name         text not null,
    -- One job of a name and key at a time; absent when any number may be queued.
    unique_key   text,
    payload      jsonb not null,
    state        text not null,
    attempts     integer not null default 0,
    queued_at    timestamptz not null,
    run_at       timestamptz not null,
    locked_until timestamptz,
    finished_at  timestamptz,
    error        text
);
create index job_due on job (tenant_id, run_at) where state in ('queued', 'running');
create unique index job_unique_key on job (tenant_id, name, unique_key)
    where state in ('queued', 'running') and unique_key is not null;

alter table job enable row level security;
alter table job force row level security;
create policy job_tenant on job
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);
