create table audit_record (
    tenant_id int not null default 0,
    seq       integer not null,
    at        integer not null,
    actor     text not null,
    action    text not null,
    target    text not null,
    detail    text not null,
    prev      text not null,
    hash      text not null,
    primary key (tenant_id, seq)
);
