create table knowledge_collection (
    tenant_id     int not null default 0,
    -- Also the id of its search index.
    id            blob primary key,
    project_id    blob not null references project (id) on delete cascade,
    name          text not null,
    language      text not null,
    model         text,
    chunk_tokens  integer not null,
    chunk_overlap integer not null,
    weight        real,
    created_at    integer not null
);
create unique index knowledge_collection_name on knowledge_collection (project_id, name);

-- The search index of a collection goes with it.
create trigger knowledge_collection_removed after delete on knowledge_collection begin
    delete from search_index where id = old.id;
end;

create table knowledge_source (
    tenant_id     int not null default 0,
    id            blob primary key,
    collection_id blob not null references knowledge_collection (id) on delete cascade,
    kind          text not null,
    location      text not null,
    -- Seconds.
    every         integer not null,
    depth         integer not null,
    prune         boolean not null,
    created_at    integer not null,
    next_run_at   integer not null,
    last_run_at   integer,
    last_result   text
);
create unique index knowledge_source_location on knowledge_source (collection_id, kind, location);

create table knowledge_document (
    tenant_id     int not null default 0,
    id            blob primary key,
    collection_id blob not null references knowledge_collection (id) on delete cascade,
    source_id     blob references knowledge_source (id) on delete set null,
    path          text not null,
    kind          text,
    language      text,
    title         text,
    tags          text not null,
    -- SHA-256 of the bytes, hexadecimal.
    hash          text not null,
    bytes         integer not null,
    -- Its chunks have the numbers from here on.
    first_chunk   integer not null,
    chunk_count   integer not null,
    failure       text,
    modified_at   integer not null,
    added_at      integer not null
);
create unique index knowledge_document_path on knowledge_document (collection_id, path);
create index knowledge_document_chunk on knowledge_document (collection_id, first_chunk);

-- Documents on their way into a collection.
create table knowledge_ingest (
    tenant_id     int not null default 0,
    id            blob primary key,
    collection_id blob not null references knowledge_collection (id) on delete cascade,
    total         integer not null,
    done          integer not null default 0,
    failed        integer not null default 0,
    unchanged     integer not null,
    chunks        integer not null default 0,
    queued_at     integer not null,
    finished_at   integer,
    failures      text not null
);

-- What came and is not indexed yet; a row goes in the transaction that indexes it.
create table knowledge_pending (
    tenant_id   int not null default 0,
    ingest_id   blob not null references knowledge_ingest (id) on delete cascade,
    place       integer not null,
    source_id   blob,
    path        text not null,
    tags        text not null,
    hash        text not null,
    content     blob not null,
    modified_at integer not null,
    primary key (ingest_id, place)
);
