-- The log is the outbox: an event is relayed to the mesh when `relayed_at` is set.
create table event (
    tenant_id   uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    seq         bigint not null,
    id          uuid not null,
    kind        text not null,
    subject     text not null,
    at          timestamptz not null,
    project     text,
    actor       text not null,
    correlation text not null,
    causation   uuid,
    traceparent text,
    data        jsonb not null,
    relayed_at  timestamptz,
    primary key (tenant_id, seq)
);
create unique index event_id on event (tenant_id, id);
create index event_correlation on event (tenant_id, correlation);
create index event_unrelayed on event (tenant_id, seq) where relayed_at is null;

-- The last numbers given out. Its row is the lock that makes commit order the order of the log.
create table log_head (
    tenant_id  uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid primary key,
    event_seq  bigint not null default 0,
    audit_seq  bigint not null default 0,
    audit_hash text not null default '0000000000000000000000000000000000000000000000000000000000000000'
);

alter table event enable row level security;
alter table event force row level security;
create policy event_tenant on event
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table log_head enable row level security;
alter table log_head force row level security;
create policy log_head_tenant on log_head
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);
