-- What was answered to a write with an `Idempotency-Key`, so that a repeat gets the same.
create table idempotency (
    tenant_id    uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    actor        text not null,
    key          text not null,
    request_hash bytea not null,
    status       integer,
    body         bytea,
    content_type text,
    etag         text,
    location     text,
    created_at   timestamptz not null,
    primary key (tenant_id, actor, key)
);

alter table idempotency enable row level security;
alter table idempotency force row level security;
create policy idempotency_tenant on idempotency
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);
