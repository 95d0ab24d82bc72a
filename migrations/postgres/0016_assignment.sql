-- Who looks after a customer who is new to a store. How many each sales guide looks after is counted then,
-- and found by an index; so are those of one who leaves.

ALTER TABLE unit ADD COLUMN assignment TEXT NOT NULL DEFAULT 'by-hand';
CREATE INDEX customer_assigned ON customer (assigned_to, id) WHERE assigned_to IS NOT NULL;
