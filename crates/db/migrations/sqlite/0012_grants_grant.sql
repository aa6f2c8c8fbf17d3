-- Which project may say what to which.
create table project_grant (
    tenant_id   int not null default 0,
    id          blob primary key,
    sender      text not null,
    receiver    text not null,
    -- A grant goes with its projects: another of the same slug does not inherit it.
    sender_id   blob not null references project (id) on delete cascade,
    receiver_id blob not null references project (id) on delete cascade,
    subjects    text not null,
    expires_at  integer,
    created_at  integer not null,
    created_by  text not null,
    revoked_at  integer
);
create index project_grant_pair on project_grant (tenant_id, sender, receiver);

-- What was delivered here of late: a message that comes again is a replay.
create table message_receipt (
    tenant_id    int not null default 0,
    id           blob primary key,
    grant_id     blob not null,
    delivered_at integer not null
);
create index message_receipt_delivered on message_receipt (tenant_id, delivered_at);
