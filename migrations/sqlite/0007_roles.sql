-- Keys act within units, may be narrowed to some actions, and end.

ALTER TABLE api_key ADD COLUMN units TEXT NOT NULL DEFAULT '[]';
ALTER TABLE api_key ADD COLUMN actions TEXT;
ALTER TABLE api_key ADD COLUMN expires_at INTEGER;
UPDATE api_key SET units = (SELECT json_array(code) FROM unit WHERE unit.id = unit_id)
WHERE unit_id IS NOT NULL;
ALTER TABLE api_key DROP COLUMN unit_id;

-- The role `staff` went. Of those that came, customer service may do all that it might, and more; so
-- such a key keeps exactly what it had.
UPDATE api_key SET role = 'customer_service', actions = '["create_customer","identify","load_customer","patch_customer","add_identity",
    "retire_identity","record_consent","list_consents","timeline","list_decisions",
    "explain","append_event","preview_event","list_tasks","load_task",
    "claim_task","complete_task","postpone_task","list_units","load_unit",
    "list_schemas","load_schema"]'
WHERE role = 'staff';
