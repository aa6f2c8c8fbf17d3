create table project (
    tenant_id    int not null default 0,
    id           blob primary key,
    slug         text not null,
    name         text not null,
    hub_url      text not null,
    tags         text not null,
    owner        text,
    description  text,
    allow_fanout text not null,
    annotations  text not null,
    verify_key   text,
    -- `api` or `file`: a file only orphans what a file brought.
    source       text not null,
    orphaned     boolean not null default false,
    created_at   integer not null,
    updated_at   integer not null
);
create unique index project_slug on project (tenant_id, slug);

-- The recorded status and the last beat of each project; written in batches, never per beat.
create table presence (
    tenant_id         int not null default 0,
    project_id        blob primary key references project (id) on delete cascade,
    status            text not null,
    status_since      integer not null,
    status_reasons    text not null,
    last_heartbeat_at integer,
    report            text
);

create table status_transition (
    tenant_id   int not null default 0,
    project_id  blob not null references project (id) on delete cascade,
    at          integer not null,
    from_status text not null,
    to_status   text not null,
    reasons     text not null
);
create index status_transition_at on status_transition (project_id, at);

-- Which replica records transitions. One that hears the mesh may take over from one that does not.
create table recorder_lease (
    tenant_id int not null default 0 primary key,
    holder    blob not null,
    until     integer not null,
    linked    boolean not null,
    -- How often it changed hands.
    term      integer not null
);
