CREATE TABLE `readers` (id INT);
SELECT total(1) FROM readers, nowhere;
