-- The wall itself. Every other table carries `tenant_id` and shows a transaction the rows of its
-- own tenant alone; in SQLite the file is the tenant and the column is always 0.
create table tenant (
    id   blob primary key,
    slug text not null unique,
    name text not null
);
