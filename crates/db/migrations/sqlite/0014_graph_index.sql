-- A graph of a project. Readers see the current one; another may be in the making, or on its way out.
create table graph (
    tenant_id     int not null default 0,
    id            integer primary key,
    project_id    blob not null references project (id) on delete cascade,
    is_current    boolean not null,
    version       integer not null,
    -- Of the paths and hashes of what was read, and of the version of the reader.
    digest        blob not null,
    -- Ids are given once: the first that is free.
    next_node     integer not null,
    summary       text not null,
    indexed_at    integer not null
);
create unique index graph_current on graph (project_id) where is_current;

create table graph_node (
    tenant_id      int not null default 0,
    graph_id       integer not null references graph (id) on delete cascade,
    id             integer not null,
    key            text not null,
    -- Of all that follows: whether it changed.
    digest         integer not null,
    kind           text not null,
    name           text not null,
    qualified_name text not null,
    path           text,
    first_line     integer,
    last_line      integer,
    language       text,
    signature      text,
    visibility     text,
    doc            text,
    -- What holds it.
    parent_id      integer,
    -- What is in it, for folders and files.
    files          integer not null,
    symbols        integer not null,
    lines          integer not null,
    ghosts         integer not null,
    primary key (graph_id, id)
) without rowid;
create index graph_node_name on graph_node (graph_id, name);
create index graph_node_qualified on graph_node (graph_id, qualified_name);
create index graph_node_path on graph_node (graph_id, path);
create index graph_node_kind on graph_node (graph_id, kind);

create table graph_edge (
    tenant_id  int not null default 0,
    graph_id   integer not null references graph (id) on delete cascade,
    from_id    integer not null,
    kind       text not null,
    to_id      integer not null,
    -- 0 where there is none.
    first_line integer not null,
    last_line  integer not null,
    proof      text not null,
    extractor  text not null,
    -- The node of the file that says so.
    file_id    integer,
    confidence real not null,
    digest     integer not null,
    primary key (graph_id, from_id, kind, to_id, first_line)
) without rowid;
create index graph_edge_to on graph_edge (graph_id, to_id, kind, from_id);

-- All edges of one kind from what is in one file to what is in another.
create table graph_link (
    tenant_id int not null default 0,
    graph_id  integer not null references graph (id) on delete cascade,
    from_id   integer not null,
    to_id     integer not null,
    kind      text not null,
    count     integer not null,
    primary key (graph_id, from_id, to_id, kind)
) without rowid;

create table graph_problem (
    tenant_id int not null default 0,
    graph_id  integer not null references graph (id) on delete cascade,
    number    integer not null,
    path      text not null,
    line      integer,
    message   text not null,
    primary key (graph_id, number)
) without rowid;

-- What a file was read as, kept by its hash.
create table graph_file (
    tenant_id  int not null default 0,
    project_id blob not null references project (id) on delete cascade,
    path       text not null,
    hash       blob not null,
    -- Of the reader.
    version    integer not null,
    facts      blob not null,
    primary key (project_id, path)
);

-- Folders that are read, were read or could not be read.
create table graph_indexing (
    tenant_id   int not null default 0,
    id          blob primary key,
    project_id  blob not null references project (id) on delete cascade,
    path        text not null,
    stage       text not null,
    total       integer not null default 0,
    done        integer not null default 0,
    queued_at   integer not null,
    finished_at integer,
    failure     text,
    outcome     text,
    -- What was asked for by a head that moved.
    repository_id blob references repository (id) on delete cascade,
    head        text
);
create index graph_indexing_repository on graph_indexing (repository_id, queued_at);
create index graph_indexing_project on graph_indexing (project_id, queued_at);
