-- A what-if asks of every customer whether a decision is held. Nearly none is, and those cost this index
-- nothing.
CREATE INDEX decision_held_customer ON decision (customer_id) WHERE fault IS NOT NULL AND voided_at IS NULL;
