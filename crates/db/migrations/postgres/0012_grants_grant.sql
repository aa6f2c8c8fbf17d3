-- Which project may say what to which.
create table project_grant (
    tenant_id   uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    id          uuid primary key,
    sender      text not null,
    receiver    text not null,
    -- A grant goes with its projects: another of the same slug does not inherit it.
    sender_id   uuid not null references project (id) on delete cascade,
    receiver_id uuid not null references project (id) on delete cascade,
    subjects    jsonb not null,
    expires_at  timestamptz,
    created_at  timestamptz not null,
    created_by  text not null,
    revoked_at  timestamptz
);
create index project_grant_pair on project_grant (tenant_id, sender, receiver);

-- What was delivered here of late: a message that comes again is a replay.
create table message_receipt (
    tenant_id    uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    id           uuid primary key,
    grant_id     uuid not null,
    delivered_at timestamptz not null
);
create index message_receipt_delivered on message_receipt (tenant_id, delivered_at);

alter table project_grant enable row level security;
alter table project_grant force row level security;
create policy project_grant_tenant on project_grant
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table message_receipt enable row level security;
alter table message_receipt force row level security;
create policy message_receipt_tenant on message_receipt
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);
