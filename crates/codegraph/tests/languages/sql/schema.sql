-- Who reads.
CREATE TABLE readers (id INT PRIMARY KEY);
CREATE TABLE loans (id INT, reader INT REFERENCES readers(id));
CREATE VIEW busy AS SELECT reader FROM loans;
