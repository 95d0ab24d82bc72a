-- Vouchers, points and custom effects leave by the outbox too.
ALTER TABLE message ADD COLUMN sort TEXT NOT NULL DEFAULT 'message';
DROP INDEX message_key;
CREATE UNIQUE INDEX message_key ON message (customer_id, plugin_id, sort, template, key);
