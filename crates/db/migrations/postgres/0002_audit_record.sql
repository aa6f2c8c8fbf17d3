create table audit_record (
    tenant_id uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    seq       bigint not null,
    at        timestamptz not null,
    actor     text not null,
    action    text not null,
    target    text not null,
    detail    jsonb not null,
    prev      text not null,
    hash      text not null,
    primary key (tenant_id, seq)
);

alter table audit_record enable row level security;
alter table audit_record force row level security;
create policy audit_record_tenant on audit_record
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);
