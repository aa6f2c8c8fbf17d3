-- The log is the outbox: an event is relayed to the mesh when `relayed_at` is set.
create table event (
    tenant_id   int not null default 0,
    seq         integer not null,
    id          blob not null,
    kind        text not null,
    subject     text not null,
    at          integer not null,
    project     text,
    actor       text not null,
    correlation text not null,
    causation   blob,
    traceparent text,
    data        text not null,
    relayed_at  integer,
    primary key (tenant_id, seq)
);
create unique index event_id on event (tenant_id, id);
create index event_correlation on event (tenant_id, correlation);
create index event_unrelayed on event (tenant_id, seq) where relayed_at is null;

-- The last numbers given out. Its row is the lock that makes commit order the order of the log.
create table log_head (
    tenant_id  int not null default 0 primary key,
    event_seq  integer not null default 0,
    audit_seq  integer not null default 0,
    audit_hash text not null default '0000000000000000000000000000000000000000000000000000000000000000'
);
