create table api_key (
    tenant_id    int not null default 0,
    id           blob primary key,
    name         text not null,
    owner        text not null,
    scopes       text not null,
    project      text,
    secret_hash  blob not null,
    created_at   integer not null,
    expires_at   integer,
    revoked_at   integer,
    last_used_at integer,
    rotates      blob
);

-- One-time sign-in links and the sessions they open; only hashes are kept.
create table sign_in_link (
    tenant_id  int not null default 0,
    token_hash blob primary key,
    expires_at integer not null
);
create table session (
    tenant_id  int not null default 0,
    token_hash blob primary key,
    expires_at integer not null
);
