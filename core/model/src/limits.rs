//! Every limit has a name, and stands here.

use crate::duration::{DAY_US, HOUR_US, SECOND_US};

// Requests
pub const BODY_BYTES_MAX: usize = 1 << 20;
/// What is read of any request, with or without a key.
pub const BODY_BYTES_AHEAD: u64 = 64 << 10;
/// From the first moment of waiting for a request to the end of its headers.
pub const HEADERS_WITHIN_MS: u64 = 60_000;
pub const BULK_BYTES_MAX: usize = 32 << 20;
pub const BULK_LINES_MAX: usize = 10_000;
pub const PAGE_SIZE_DEFAULT: u32 = 50;
pub const PAGE_SIZE_MAX: u32 = 200;
pub const IDEMPOTENCY_KEPT_US: i64 = 7 * DAY_US;
/// A draft may be scheduled as far ahead.
pub const SCHEDULE_AHEAD_US: i64 = 366 * DAY_US;
/// Answers to long questions.
pub const JOB_KEPT_US: i64 = 7 * DAY_US;
/// A running job that has not said so for this long will not end.
pub const JOB_LOST_US: i64 = 60_000_000;
/// In one process: each keeps a core busy.
pub const WHAT_IFS_RUNNING_MAX: usize = 2;
pub const IDEMPOTENCY_KEY_CHARS_MAX: usize = 255;

// Audit
/// Of before, and of after; what is larger is kept as its hash.
pub const AUDIT_CONTENT_BYTES_MAX: usize = 64 << 10;
/// Of what the other side says of itself.
pub const AUDIT_ORIGIN_CHARS_MAX: usize = 200;
/// The same action refused to the same actor is entered once in this time, with how often it was.
pub const AUDIT_REFUSAL_EVERY_US: i64 = 10 * 60 * SECOND_US;
/// Pairs of actor and action that are told apart meanwhile.
pub const AUDIT_REFUSALS_KEPT_MAX: usize = 10_000;
/// Addresses named with the number of unknown keys.
pub const AUDIT_REFUSAL_ADDRESSES_MAX: usize = 10;
/// Entries that wait longer to be sealed are reported.
pub const AUDIT_UNSEALED_US: i64 = 60 * SECOND_US;

// Records
/// Small enough that the sums of nine hundred thousand such amounts are exact.
pub const MONEY_MINOR_MAX: i64 = 10_000_000_000_000;
pub const TEXT_CHARS_MAX: usize = 4_000;
pub const NAME_CHARS_MAX: usize = 200;
pub const SOURCE_CHARS_MAX: usize = 64;
pub const SOURCE_ID_CHARS_MAX: usize = 200;
pub const LINES_MAX: usize = 500;
pub const TENDERS_MAX: usize = 50;
pub const EVENT_DATA_BYTES_MAX: usize = 64 << 10;
pub const IDENTITIES_PER_CUSTOMER_MAX: usize = 64;
pub const CUSTOM_FIELDS_BYTES_MAX: usize = 64 << 10;
pub const SCHEMA_BYTES_MAX: usize = 64 << 10;
pub const UNIT_DEPTH_MAX: usize = 8;
pub const UNITS_MAX: usize = 10_000;

/// A fact claimed to be later than this after now is stored as of now, and flagged.
pub const CLOCK_AHEAD_MAX_US: i64 = 5 * 60 * SECOND_US;

// People
pub const LOGIN_CHARS_MAX: usize = 64;
pub const LOGIN_BYTES_MAX: usize = 4 << 10;
pub const PASSWORD_CHARS_MIN: usize = 12;
/// A longer one would only cost time.
pub const PASSWORD_CHARS_MAX: usize = 128;
/// Where passwords must change with age: how old they may at least and at most become, and how many
/// of the former ones may not come again. Each of those takes as long to look at as a log-in.
pub const PASSWORD_AGE_DAYS_MIN: i64 = 1;
pub const PASSWORD_AGE_DAYS_MAX: i64 = 3_650;
pub const PASSWORDS_REMEMBERED: usize = 5;
/// At once, in one process: each takes 19 MiB.
pub const PASSWORDS_HASHED_MAX: usize = 2;
/// Failed attempts of one login from one address before the next must wait: a second, then twice as long
/// each time, up to the most.
pub const ATTEMPTS_FREE: u32 = 5;
pub const ATTEMPT_WAIT_MAX_US: i64 = 300 * SECOND_US;
/// The same from any address, which its owner feels too.
pub const ATTEMPTS_FREE_ANYWHERE: u32 = 50;
pub const ATTEMPT_WAIT_ANYWHERE_MAX_US: i64 = 8 * SECOND_US;
pub const ATTEMPTS_KEPT_MAX: usize = 20_000;
/// A session that is not used this long is over; and, used or not, one that lasts this long: a shift.
pub const SESSION_IDLE_US: i64 = 2 * HOUR_US;
pub const SESSION_LASTS_US: i64 = 16 * HOUR_US;
/// How exactly it is known when a session was last seen.
pub const SESSION_SEEN_US: i64 = 60 * SECOND_US;
/// Sessions that are over.
pub const SESSION_KEPT_US: i64 = 30 * DAY_US;
/// Who logs in by an identity provider comes back from it within this time.
pub const PROVIDER_LOG_IN_US: i64 = 600 * SECOND_US;
/// Begun in one process within that time: each is a row, and whoever begins one is nobody yet.
pub const PROVIDER_LOG_INS_MAX: u32 = 10_000;
/// Codes of providers have up to two kilobytes.
pub const PROVIDER_LOG_IN_BYTES_MAX: usize = 16 << 10;
/// For each answer of a provider, and how many are asked for at once.
pub const PROVIDER_WITHIN_MS: u64 = 5_000;
pub const PROVIDER_BYTES_MAX: u64 = 256 << 10;
pub const PROVIDER_ASKED_AT_ONCE_MAX: usize = 16;
/// What it publishes of itself is fetched no sooner and no later than that after the last time.
pub const PROVIDER_ASKED_AGAIN_US: i64 = 10 * SECOND_US;
pub const PROVIDER_KEPT_US: i64 = HOUR_US;
/// How far its clock may be from ours.
pub const PROVIDER_CLOCK_OFF_US: i64 = 60 * SECOND_US;
/// Of what a provider calls somebody.
pub const SUBJECT_CHARS_MAX: usize = 255;
pub const MEMBER_TOKEN_SECONDS_DEFAULT: u32 = 900;
pub const MEMBER_TOKEN_SECONDS_MAX: u32 = 3_600;
/// Of one request that hands customers over, and to how many they may go.
pub const HAND_OVER_CUSTOMERS_MAX: u32 = 200;
pub const HAND_OVER_STAFF_MAX: usize = 100;

// Deciding
pub const GROUP_MAX: usize = 64;
pub const TASK_LATE_US: i64 = 7 * DAY_US;
pub const MESSAGE_LATE_US: i64 = HOUR_US;
/// Of what a publication left out: a task that follows from longer ago is not issued. What leaves by the
/// outbox says itself until when it is worth anything.
pub const ISSUE_TASK_LATE_US: i64 = 7 * DAY_US;
pub const ISSUE_PER_MINUTE_MAX: u32 = 60_000;
/// From one count of how a trial differs to the next, and so many times as long as the count took.
pub const SHADOW_EVERY_US: i64 = 10 * 60 * SECOND_US;
pub const SHADOW_SHARE: i64 = 50;
/// A count that is not over after this long has ended with its process.
pub const SHADOW_LOST_US: i64 = HOUR_US;
/// Events, and versions of settings, that one correction names as its cause.
pub const CORRECTION_CAUSES_MAX: usize = 10;
/// Of one request that runs held decisions again.
pub const RERUN_CUSTOMERS_MAX: u32 = 200;
/// Of what is looked ahead, to say until when a value holds if nothing happens.
pub const AHEAD_US_MAX: i64 = 5 * 365 * DAY_US;
/// Entries played on the way.
pub const AHEAD_STEPS_MAX: usize = 200;
/// Times a rule is asked to find what would change one value.
pub const MOVES_ASKED_MAX: usize = 500;
/// Decisions run again by one request, unless it says how many.
pub const VERIFIED_DEFAULT: u32 = 1_000;
pub const VERIFIED_MAX: u32 = 10_000;
/// Of those that differ, shown with both answers.
pub const DIFFERING_SHOWN_MAX: usize = 100;

// Plugins
pub const INPUTS_PER_PLUGIN_MAX: usize = 64;
pub const FIELDS_PER_PLUGIN_MAX: usize = 64;
pub const SETTINGS_PER_PLUGIN_MAX: usize = 64;
pub const TABLES_PER_PLUGIN_MAX: usize = 8;
pub const TABLE_COLUMNS_MAX: usize = 16;
pub const TABLE_ROWS_MAX: usize = 5_000;
/// Of one table as JSON. All tables cross into every call, so they are paid for in fuel and memory.
pub const TABLE_BYTES_MAX: usize = 512 << 10;
pub const SET_INPUT_VALUES_MAX: usize = 64;
/// More than a shelf of favourites, and still a state of a few kilobytes: every write of the customer
/// carries it.
pub const TOP_INPUT_VALUES_MAX: usize = 256;
/// What codes and categories may have. A longer text is no name of anything, and is not counted.
pub const TOP_INPUT_CHARS_MAX: usize = 200;
pub const EFFECTS_PER_ROW_MAX: usize = 32;
pub const CONDITIONS_PER_ROW_MAX: usize = 64;
pub const EFFECT_KEY_CHARS_MAX: usize = 120;
pub const PLUGIN_TEXT_CHARS_MAX: usize = 2_000;
pub const WAKES_PER_PLUGIN_MAX: usize = 32;
/// An event a plugin appends is decided in the next round of its instant; one too many is held.
pub const ROUNDS_PER_INSTANT_MAX: u8 = 4;
pub const BATCH_ROWS_MAX: usize = 256;
/// With no success between, and about two customers at least: then the version is quarantined.
pub const FAULTS_IN_A_ROW_MAX: u32 = 10;
/// Fuel of a WebAssembly call, whatever its number of rows; roughly one unit per instruction.
pub const FUEL_PER_CALL: u64 = 20_000_000;
/// Of a component's call or a script's row.
pub const MEMORY_BYTES_MAX: usize = 16 << 20;
/// Bytes an answer may have once it is the host's: lists may name the same guest memory many times.
pub const ANSWER_BYTES_MAX: usize = 8 << 20;
pub const RHAI_OPERATIONS_PER_ROW: u64 = 100_000;
pub const RHAI_CALL_LEVELS_MAX: usize = 24;
pub const RHAI_EXPRESSION_DEPTH_MAX: usize = 48;
/// Rhai counts the texts of a list together, and the host gives lists of up to
/// `SET_INPUT_VALUES_MAX` of them.
pub const RHAI_STRING_BYTES_MAX: usize = 64 << 10;
pub const RHAI_ARRAY_ITEMS_MAX: usize = 256;
pub const RHAI_MAP_ITEMS_MAX: usize = 128;
pub const RHAI_VARIABLES_MAX: usize = 64;
pub const RHAI_FUNCTIONS_MAX: usize = 64;
pub const LOG_BYTES_PER_CALL: usize = 16 << 10;
/// Of what is said of a plugin's fault.
pub const FAULT_CHARS_MAX: usize = 1_000;
/// Of the line of a script or manifest that is shown beside what is wrong with it; a longer one is not shown.
pub const SOURCE_LINE_CHARS_MAX: usize = 400;
pub const COMPONENT_BYTES_MAX: usize = 8 << 20;
/// Some ten seconds of compiling; our own components take a fiftieth of it.
pub const COMPILE_EFFORT_MAX: usize = 1 << 30;
pub const MANIFEST_BYTES_MAX: usize = 256 << 10;
/// Faults of one manifest that are told at once.
pub const MANIFEST_FAULTS_MAX: usize = 50;
/// Where those told have so many bytes, no further one is.
pub const MANIFEST_FAULTS_BYTES_MAX: usize = 8 << 10;
pub const SCRIPT_BYTES_MAX: usize = 256 << 10;
/// A packed plugin: manifest, entry and scenarios in one file.
pub const PACK_BYTES_MAX: usize = 16 << 20;
pub const PACK_HEADER_BYTES_MAX: usize = 64 << 10;
pub const SCENARIOS_PER_PACK_MAX: usize = 200;
pub const SCENARIO_BYTES_MAX: usize = 64 << 10;
