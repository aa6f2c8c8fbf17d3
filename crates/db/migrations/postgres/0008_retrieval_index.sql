create extension if not exists vector;

-- A search index: chunks under dense numbers, their words as posting blocks, their vectors.
create table search_index (
    tenant_id    uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    id           uuid primary key,
    -- The number the next chunk gets. Numbers are never given twice.
    next_number  bigint not null default 0,
    -- Live chunks, and the words in them.
    chunk_count  bigint not null default 0,
    word_count   bigint not null default 0,
    -- Which vectors serve; another space fills up while the model changes.
    space        bigint not null default 0,
    -- Raised by every change, so that what is kept in memory knows when it is old.
    version      bigint not null default 0
);

create table search_chunk (
    tenant_id  uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    index_id   uuid not null references search_index (id) on delete cascade,
    number     bigint not null,
    first_byte bigint not null,
    end_byte   bigint not null,
    first_line bigint not null,
    last_line  bigint not null,
    -- Words of the document that its chunks are found by too: its title, its path.
    context    text not null,
    heading    text not null,
    body       text not null,
    primary key (index_id, number)
);

-- Little-endian 16 bit words, one a chunk: 11 bits of its place in the block of 2,048 numbers,
-- 5 bits of how often the term occurs in it.
create table search_posting (
    tenant_id uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    index_id  uuid not null references search_index (id) on delete cascade,
    term      text not null,
    block     bigint not null,
    postings  bytea not null,
    primary key (index_id, term, block)
);

-- Of each chunk of a block, in order, how many words it has, as 16 bits; 65,535 for one that is
-- gone.
create table search_block (
    tenant_id uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    index_id  uuid not null references search_index (id) on delete cascade,
    block     bigint not null,
    lengths   bytea not null,
    primary key (index_id, block)
);

-- Half precision; each large index gets an approximate one of its own over these rows.
create table search_vector (
    tenant_id uuid not null default nullif(current_setting('cc.tenant', true), '')::uuid,
    index_id  uuid not null references search_index (id) on delete cascade,
    space     bigint not null,
    number    bigint not null,
    embedding halfvec not null,
    primary key (index_id, space, number)
);

-- At most 4 KiB a row: fits its page, and is never compressed or moved out of it.
alter table search_posting alter column postings set storage plain;
alter table search_block alter column lengths set storage plain;
alter table search_vector alter column embedding set storage external;

alter table search_index enable row level security;
alter table search_index force row level security;
create policy search_index_tenant on search_index
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table search_chunk enable row level security;
alter table search_chunk force row level security;
create policy search_chunk_tenant on search_chunk
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table search_posting enable row level security;
alter table search_posting force row level security;
create policy search_posting_tenant on search_posting
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table search_block enable row level security;
alter table search_block force row level security;
create policy search_block_tenant on search_block
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);

alter table search_vector enable row level security;
alter table search_vector force row level security;
create policy search_vector_tenant on search_vector
    using (tenant_id = nullif(current_setting('cc.tenant', true), '')::uuid);
