-- What was answered to a write with an `Idempotency-Key`, so that a repeat gets the same.
create table idempotency (
    tenant_id    int not null default 0,
    actor        text not null,
    key          text not null,
    request_hash blob not null,
    status       integer,
    body         blob,
    content_type text,
    etag         text,
    location     text,
    created_at   integer not null,
    primary key (tenant_id, actor, key)
);
