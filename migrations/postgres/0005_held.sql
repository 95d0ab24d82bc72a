-- Decisions whose plugin failed, found by plugin. Nearly all decisions stand without a fault, and cost
-- this index nothing.
ALTER TABLE decision ADD COLUMN fault TEXT COLLATE "C";
UPDATE decision SET fault = result::json -> 'fault' ->> 'code' WHERE outcome IN ('held', 'refused');
CREATE INDEX decision_held ON decision (plugin_id, id) WHERE fault IS NOT NULL AND voided_at IS NULL;
