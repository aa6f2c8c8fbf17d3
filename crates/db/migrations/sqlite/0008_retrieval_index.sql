-- A search index: chunks under dense numbers, their words as posting blocks, their vectors.
create table search_index (
    tenant_id    int not null default 0,
    id           blob primary key,
    -- The number the next chunk gets. Numbers are never given twice.
    next_number  integer not null default 0,
    -- Live chunks, and the words in them.
    chunk_count  integer not null default 0,
    word_count   integer not null default 0,
    -- Which vectors serve; another space fills up while the model changes.
    space        integer not null default 0,
    -- Raised by every change, so that what is kept in memory knows when it is old.
    version      integer not null default 0
);

create table search_chunk (
    tenant_id  int not null default 0,
    index_id   blob not null references search_index (id) on delete cascade,
    number     integer not null,
    first_byte integer not null,
    end_byte   integer not null,
    first_line integer not null,
    last_line  integer not null,
    -- Words of the document that its chunks are found by too: its title, its path.
    context    text not null,
    heading    text not null,
    body       text not null,
    primary key (index_id, number)
) without rowid;

-- Little-endian 16 bit words, one a chunk: 11 bits of its place in the block of 2,048 numbers,
-- 5 bits of how often the term occurs in it.
create table search_posting (
    tenant_id int not null default 0,
    index_id  blob not null references search_index (id) on delete cascade,
    term      text not null,
    block     integer not null,
    postings  blob not null,
    primary key (index_id, term, block)
) without rowid;

-- Of each chunk of a block, in order, how many words it has, as 16 bits; 65,535 for one that is
-- gone.
create table search_block (
    tenant_id int not null default 0,
    index_id  blob not null references search_index (id) on delete cascade,
    block     integer not null,
    lengths   blob not null,
    primary key (index_id, block)
) without rowid;

-- Little-endian half precision.
create table search_vector (
    tenant_id int not null default 0,
    index_id  blob not null references search_index (id) on delete cascade,
    space     integer not null,
    number    integer not null,
    embedding blob not null,
    primary key (index_id, space, number)
) without rowid;
