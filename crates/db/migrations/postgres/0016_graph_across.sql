-- Names in a file that lead to nothing that was read.
create table graph_unresolved (
    tenant_id uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    graph_id  bigint not null references graph (id) on delete cascade,
    path      text collate "C" not null,
    -- Of the names: whether they changed.
    digest    bigint not null,
    names     jsonb not null,
    primary key (graph_id, path)
);

alter table graph_unresolved enable row level security;
alter table graph_unresolved force row level security;
create policy graph_unresolved_tenant on graph_unresolved
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

-- What projects have in common, found without asking each of them.
create index graph_node_shared on graph_node (qualified_name, kind)
    where kind in ('package', 'endpoint', 'subject', 'concept');
