-- Of a file how many commits changed it, who made most of them, and when the first did, in Unix
-- seconds; of a folder that of its files.
alter table graph_node add column changes integer not null default 0;
alter table graph_node add column owner text;
alter table graph_node add column first_change integer;

-- Of an edge that commits say: how many, and when the last was made, in Unix seconds.
alter table graph_edge add column changes integer not null default 0;
alter table graph_edge add column last_change integer;

-- What a commit said when it was read.
create table graph_commit (
    tenant_id  int not null default 0,
    project_id blob not null references project (id) on delete cascade,
    id         text not null,
    -- Of the reader.
    version    integer not null,
    said       blob not null,
    primary key (project_id, id)
);
