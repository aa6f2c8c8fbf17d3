-- Names in a file that lead to nothing that was read.
create table graph_unresolved (
    tenant_id int not null default 0,
    graph_id  integer not null references graph (id) on delete cascade,
    path      text not null,
    -- Of the names: whether they changed.
    digest    integer not null,
    names     text not null,
    primary key (graph_id, path)
) without rowid;

-- What projects have in common, found without asking each of them.
create index graph_node_shared on graph_node (qualified_name, kind)
    where kind in ('package', 'endpoint', 'subject', 'concept');
