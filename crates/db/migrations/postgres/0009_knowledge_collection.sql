create table knowledge_collection (
    tenant_id     uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    -- Also the id of its search index.
    id            uuid primary key,
    project_id    uuid not null references project (id) on delete cascade,
    name          text not null,
    language      text not null,
    model         text,
    chunk_tokens  bigint not null,
    chunk_overlap bigint not null,
    weight        real,
    created_at    timestamptz not null
);
create unique index knowledge_collection_name on knowledge_collection (project_id, name);

-- The search index of a collection goes with it.
create function knowledge_collection_removed() returns trigger language plpgsql as $$
begin
    delete from search_index where id = old.id;
    return old;
end
$$;
create trigger knowledge_collection_removed after delete on knowledge_collection
    for each row execute function knowledge_collection_removed();

create table knowledge_source (
    tenant_id     uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    id            uuid primary key,
    collection_id uuid not null references knowledge_collection (id) on delete cascade,
    kind          text not null,
    location      text not null,
    -- Seconds.
    every         bigint not null,
    depth         bigint not null,
    prune         boolean not null,
    created_at    timestamptz not null,
    next_run_at   timestamptz not null,
    last_run_at   timestamptz,
    last_result   text
);
create unique index knowledge_source_location on knowledge_source (collection_id, kind, location);

create table knowledge_document (
    tenant_id     uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    id            uuid primary key,
    collection_id uuid not null references knowledge_collection (id) on delete cascade,
    source_id     uuid references knowledge_source (id) on delete set null,
    path          text not null,
    kind          text,
    language      text,
    title         text,
    tags          jsonb not null,
    -- SHA-256 of the bytes, hexadecimal.
    hash          text not null,
    bytes         bigint not null,
    -- Its chunks have the numbers from here on.
    first_chunk   bigint not null,
    chunk_count   bigint not null,
    failure       text,
    modified_at   timestamptz not null,
    added_at      timestamptz not null
);
create unique index knowledge_document_path on knowledge_document (collection_id, path);
create index knowledge_document_chunk on knowledge_document (collection_id, first_chunk);

-- Documents on their way into a collection.
create table knowledge_ingest (
    tenant_id     uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    id            uuid primary key,
    collection_id uuid not null references knowledge_collection (id) on delete cascade,
    total         bigint not null,
    done          bigint not null default 0,
    failed        bigint not null default 0,
    unchanged     bigint not null,
    chunks        bigint not null default 0,
    queued_at     timestamptz not null,
    finished_at   timestamptz,
    failures      jsonb not null
);

-- What came and is not indexed yet; a row goes in the transaction that indexes it.
create table knowledge_pending (
    tenant_id   uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    ingest_id   uuid not null references knowledge_ingest (id) on delete cascade,
    place       bigint not null,
    source_id   uuid,
    path        text not null,
    tags        jsonb not null,
    hash        text not null,
    content     bytea not null,
    modified_at timestamptz not null,
    primary key (ingest_id, place)
);

alter table knowledge_pending alter column content set storage external;

alter table knowledge_collection enable row level security;
alter table knowledge_collection force row level security;
create policy knowledge_collection_tenant on knowledge_collection
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table knowledge_source enable row level security;
alter table knowledge_source force row level security;
create policy knowledge_source_tenant on knowledge_source
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table knowledge_document enable row level security;
alter table knowledge_document force row level security;
create policy knowledge_document_tenant on knowledge_document
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table knowledge_ingest enable row level security;
alter table knowledge_ingest force row level security;
create policy knowledge_ingest_tenant on knowledge_ingest
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table knowledge_pending enable row level security;
alter table knowledge_pending force row level security;
create policy knowledge_pending_tenant on knowledge_pending
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);
