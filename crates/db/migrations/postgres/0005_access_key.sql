create table api_key (
    tenant_id    uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    id           uuid primary key,
    name         text not null,
    owner        text not null,
    scopes       jsonb not null,
    project      text,
    secret_hash  bytea not null,
    created_at   timestamptz not null,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz,
    rotates      uuid
);

-- One-time sign-in links and the sessions they open; only hashes are kept.
create table sign_in_link (
    tenant_id  uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    token_hash bytea primary key,
    expires_at timestamptz not null
);
create table session (
    tenant_id  uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    token_hash bytea primary key,
    expires_at timestamptz not null
);

alter table api_key enable row level security;
alter table api_key force row level security;
create policy api_key_tenant on api_key
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table sign_in_link enable row level security;
alter table sign_in_link force row level security;
create policy sign_in_link_tenant on sign_in_link
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table session enable row level security;
alter table session force row level security;
create policy session_tenant on session
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);
