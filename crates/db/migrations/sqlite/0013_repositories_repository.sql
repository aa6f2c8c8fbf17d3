-- The git repositories of projects, and what the last look at each found.
create table repository (
    tenant_id      int not null default 0,
    id             blob primary key,
    project_id     blob not null references project (id) on delete cascade,
    location       text not null,
    -- The one of the other side where none is named.
    branch         text,
    -- Seconds.
    every          integer not null,
    -- Both sealed with a key that is not in the database.
    credential     blob,
    webhook_secret blob not null,
    created_at     integer not null,
    next_fetch_at  integer not null,
    fetched_at     integer,
    head           text,
    head_branch    text,
    bytes          integer,
    error          text
);
create unique index repository_location on repository (project_id, location);

-- What forges delivered of late, by a hash: what comes again is a replay.
create table repository_delivery (
    tenant_id     int not null default 0,
    repository_id blob not null references repository (id) on delete cascade,
    mark          blob not null,
    received_at   integer not null,
    primary key (repository_id, mark)
);
create index repository_delivery_received on repository_delivery (tenant_id, received_at);
