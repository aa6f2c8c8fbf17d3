-- Who reads.
CREATE TABLE readers (id INT PRIMARY KEY, name TEXT NOT NULL);
CREATE TYPE kind AS ENUM ('book', 'map');
CREATE TABLE IF NOT EXISTS "loans" (
    id INT PRIMARY KEY,
    what kind,
    reader INT REFERENCES readers(id)
);
CREATE INDEX loans_reader ON loans (reader);
CREATE VIEW busy AS
    SELECT r.name, l.id FROM loans l JOIN readers r ON r.id = l.reader;
