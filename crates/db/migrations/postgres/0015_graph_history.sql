-- Of a file how many commits changed it, who made most of them, and when the first did, in Unix
-- seconds; of a folder that of its files.
alter table graph_node add column changes bigint not null default 0;
alter table graph_node add column owner text;
alter table graph_node add column first_change bigint;

-- Of an edge that commits say: how many, and when the last was made, in Unix seconds.
alter table graph_edge add column changes bigint not null default 0;
alter table graph_edge add column last_change bigint;

-- What a commit said when it was read.
create table graph_commit (
    tenant_id  uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    project_id uuid not null references project (id) on delete cascade,
    id         text collate "C" not null,
    -- Of the reader.
    version    bigint not null,
    said       bytea not null,
    primary key (project_id, id)
);

alter table graph_commit enable row level security;
alter table graph_commit force row level security;
create policy graph_commit_tenant on graph_commit
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);
