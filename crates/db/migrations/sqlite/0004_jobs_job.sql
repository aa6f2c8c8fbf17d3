create table job (
    tenant_id    int not null default 0,
    id           blob primary key,
    name         text not null,
    -- One job of a name and key at a time; absent when any number may be queued.
    unique_key   text,
    payload      text not null,
    state        text not null,
    attempts     integer not null default 0,
    queued_at    integer not null,
    run_at       integer not null,
    locked_until integer,
    finished_at  integer,
    error        text
);
create index job_due on job (tenant_id, run_at) where state in ('queued', 'running');
create unique index job_unique_key on job (tenant_id, name, unique_key)
    where state in ('queued', 'running') and unique_key is not null;
