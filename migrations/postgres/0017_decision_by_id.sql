-- A decision is asked for by its id alone. Ids ascend with time, so this index grows at its end and costs a
-- write no page of its own.
CREATE UNIQUE INDEX decision_id ON decision (id);
