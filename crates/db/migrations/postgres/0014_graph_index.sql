-- A graph of a project. Readers see the current one; another may be in the making, or on its way out.
create table graph (
    tenant_id     uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    id            bigint generated always as identity primary key,
    project_id    uuid not null references project (id) on delete cascade,
    is_current    boolean not null,
    version       bigint not null,
    -- Of the paths and hashes of what was read, and of the version of the reader.
    digest        bytea not null,
    -- Ids are given once: the first that is free.
    next_node     bigint not null,
    summary       jsonb not null,
    indexed_at    timestamptz not null
);
create unique index graph_current on graph (project_id) where is_current;

create table graph_node (
    tenant_id      uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    graph_id       bigint not null references graph (id) on delete cascade,
    id             bigint not null,
    key            text collate "C" not null,
    -- Of all that follows: whether it changed.
    digest         bigint not null,
    kind           text not null,
    name           text collate "C" not null,
    qualified_name text collate "C" not null,
    path           text collate "C",
    first_line     bigint,
    last_line      bigint,
    language       text,
    signature      text,
    visibility     text,
    doc            text,
    -- What holds it.
    parent_id      bigint,
    -- What is in it, for folders and files.
    files          bigint not null,
    symbols        bigint not null,
    lines          bigint not null,
    ghosts         bigint not null,
    primary key (graph_id, id)
);
create index graph_node_name on graph_node (graph_id, name);
create index graph_node_qualified on graph_node (graph_id, qualified_name);
create index graph_node_path on graph_node (graph_id, path);
create index graph_node_kind on graph_node (graph_id, kind);

create table graph_edge (
    tenant_id  uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    graph_id   bigint not null references graph (id) on delete cascade,
    from_id    bigint not null,
    kind       text not null,
    to_id      bigint not null,
    -- 0 where there is none.
    first_line bigint not null,
    last_line  bigint not null,
    proof      text not null,
    extractor  text not null,
    -- The node of the file that says so.
    file_id    bigint,
    confidence real not null,
    digest     bigint not null,
    primary key (graph_id, from_id, kind, to_id, first_line)
);
create index graph_edge_to on graph_edge (graph_id, to_id, kind, from_id);

-- All edges of one kind from what is in one file to what is in another.
create table graph_link (
    tenant_id uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    graph_id  bigint not null references graph (id) on delete cascade,
    from_id   bigint not null,
    to_id     bigint not null,
    kind      text not null,
    count     bigint not null,
    primary key (graph_id, from_id, to_id, kind)
);

create table graph_problem (
    tenant_id uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    graph_id  bigint not null references graph (id) on delete cascade,
    number    bigint not null,
    path      text collate "C" not null,
    line      bigint,
    message   text not null,
    primary key (graph_id, number)
);

-- What a file was read as, kept by its hash.
create table graph_file (
    tenant_id  uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    project_id uuid not null references project (id) on delete cascade,
    path       text collate "C" not null,
    hash       bytea not null,
    -- Of the reader.
    version    bigint not null,
    facts      bytea not null,
    primary key (project_id, path)
);

-- Folders that are read, were read or could not be read.
create table graph_indexing (
    tenant_id   uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    id          uuid primary key,
    project_id  uuid not null references project (id) on delete cascade,
    path        text collate "C" not null,
    stage       text not null,
    total       bigint not null default 0,
    done        bigint not null default 0,
    queued_at   timestamptz not null,
    finished_at timestamptz,
    failure     text,
    outcome     jsonb,
    -- What was asked for by a head that moved.
    repository_id uuid references repository (id) on delete cascade,
    head        text
);
create index graph_indexing_repository on graph_indexing (repository_id, queued_at);
create index graph_indexing_project on graph_indexing (project_id, queued_at);

alter table graph enable row level security;
alter table graph force row level security;
create policy graph_tenant on graph
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table graph_node enable row level security;
alter table graph_node force row level security;
create policy graph_node_tenant on graph_node
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table graph_edge enable row level security;
alter table graph_edge force row level security;
create policy graph_edge_tenant on graph_edge
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table graph_link enable row level security;
alter table graph_link force row level security;
create policy graph_link_tenant on graph_link
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table graph_problem enable row level security;
alter table graph_problem force row level security;
create policy graph_problem_tenant on graph_problem
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table graph_file enable row level security;
alter table graph_file force row level security;
create policy graph_file_tenant on graph_file
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table graph_indexing enable row level security;
alter table graph_indexing force row level security;
create policy graph_indexing_tenant on graph_indexing
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);
