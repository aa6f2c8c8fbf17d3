-- TODO: when it is due by law
ALTER TABLE loans ADD COLUMN due DATE;

/* How many someone has. */
CREATE FUNCTION total(who INT) RETURNS INT AS $$
    SELECT count(*) FROM loans WHERE loans.reader = who
$$ LANGUAGE sql;

CREATE FUNCTION touch() RETURNS TRIGGER AS $$
BEGIN
    UPDATE loans SET id = total(1);
    RETURN NEW;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER touched AFTER UPDATE ON loans FOR EACH ROW EXECUTE FUNCTION touch();

WITH late AS (SELECT l.due FROM loans l)
SELECT total(1) FROM late;
INSERT INTO loans (id) SELECT missing(1) FROM busy;
