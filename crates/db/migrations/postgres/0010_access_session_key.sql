-- The key a session was opened with; by none it is the administrator's.
alter table session add column key_id uuid;
