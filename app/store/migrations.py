"""How a cache file of an older Baton becomes one of this version.

The statements are as they were written for their version; a frozen file of each is migrated in a test.
"""

from collections.abc import Mapping, Sequence

# The statements that bring a file of version n to n + 1, by n. VERSION is one more than the last.
MIGRATIONS: Mapping[int, Sequence[str]] = {
    1: (
        "ALTER TABLE outbox ADD COLUMN sent_at INTEGER",
        (
            "CREATE TABLE sent (op TEXT NOT NULL PRIMARY KEY, tbl TEXT NOT NULL, row_id TEXT NOT NULL, "
            "verb TEXT NOT NULL, fields TEXT NOT NULL, made_at INTEGER NOT NULL, taken_at INTEGER NOT NULL)"
        ),
        "CREATE INDEX sentrow_taken_at ON sent (taken_at)",
        "CREATE TABLE held (issue_id TEXT NOT NULL PRIMARY KEY, held_at INTEGER NOT NULL)",
        (
            "CREATE TABLE tag (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, issue_id TEXT NOT NULL, customer_id TEXT, "
            "word TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX tagrow_id ON tag (id)",
        "CREATE INDEX tagrow_issue_id ON tag (issue_id)",
        "CREATE INDEX tagrow_customer_id ON tag (customer_id)",
    ),
    2: (
        "ALTER TABLE issue ADD COLUMN product TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE issue ADD COLUMN build TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE issue ADD COLUMN team TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE issue ADD COLUMN level INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE issue ADD COLUMN cause TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE issue ADD COLUMN fixed_at INTEGER",
        "ALTER TABLE issue_event ADD COLUMN level INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE issue_event ADD COLUMN product TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE customer ADD COLUMN region TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE customer ADD COLUMN note TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE contact ADD COLUMN mobile TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE contact ADD COLUMN site_id TEXT",
        "ALTER TABLE contact ADD COLUMN has_gone INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE contact ADD COLUMN note TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE site ADD COLUMN address TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE site ADD COLUMN phone TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE installation ADD COLUMN hosted_by TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE installation ADD COLUMN url TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE installation ADD COLUMN note TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE interaction ADD COLUMN subject TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE interaction ADD COLUMN lasted_s INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE interaction ADD COLUMN is_route_around INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE interaction ADD COLUMN rang_id TEXT",
        "CREATE INDEX contactrow_site_id ON contact (site_id)",
        "CREATE INDEX interactionrow_rang_id ON interaction (rang_id)",
        (
            "CREATE TABLE ask_first (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, topic TEXT NOT NULL, person_id TEXT NOT"
            " NULL, place INTEGER NOT NULL, words TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX askfirstrow_id ON ask_first (id)",
        "CREATE INDEX askfirstrow_person_id ON ask_first (person_id)",
        (
            "CREATE TABLE attachment (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, issue_id TEXT NOT NULL, customer_id "
            "TEXT, name TEXT NOT NULL, size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, media_type TEXT NOT NULL,"
            " person_id TEXT NOT NULL, at INTEGER NOT NULL)"
        ),
        "CREATE UNIQUE INDEX attachmentrow_id ON attachment (id)",
        "CREATE INDEX attachmentrow_issue_id ON attachment (issue_id)",
        "CREATE INDEX attachmentrow_customer_id ON attachment (customer_id)",
        "CREATE INDEX attachmentrow_person_id ON attachment (person_id)",
        (
            "CREATE TABLE calendar (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, name TEXT NOT NULL, time_zone TEXT NOT "
            "NULL, periods TEXT NOT NULL, holiday_region TEXT NOT NULL, closed_days TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX calendarrow_id ON calendar (id)",
        (
            "CREATE TABLE canned_reply (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, name TEXT NOT NULL, person_id TEXT, "
            "topic TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX cannedreplyrow_id ON canned_reply (id)",
        "CREATE INDEX cannedreplyrow_person_id ON canned_reply (person_id)",
        (
            "CREATE TABLE deployment (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, customer_id TEXT NOT NULL, "
            "installation_id TEXT, release_id TEXT, product TEXT NOT NULL, from_build TEXT NOT NULL, to_build TEXT "
            "NOT NULL, what TEXT NOT NULL, at INTEGER NOT NULL, deployed_by TEXT NOT NULL, back_out TEXT NOT NULL, "
            "back_out_until INTEGER)"
        ),
        "CREATE UNIQUE INDEX deploymentrow_id ON deployment (id)",
        "CREATE INDEX deploymentrow_customer_id ON deployment (customer_id)",
        "CREATE INDEX deploymentrow_installation_id ON deployment (installation_id)",
        "CREATE INDEX deploymentrow_release_id ON deployment (release_id)",
        "CREATE INDEX deploymentrow_deployed_by ON deployment (deployed_by)",
        (
            "CREATE TABLE external_ref (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, issue_id TEXT NOT NULL, customer_id "
            "TEXT, system TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, status TEXT NOT NULL, status_at "
            "INTEGER)"
        ),
        "CREATE UNIQUE INDEX externalrefrow_id ON external_ref (id)",
        "CREATE INDEX externalrefrow_issue_id ON external_ref (issue_id)",
        "CREATE INDEX externalrefrow_customer_id ON external_ref (customer_id)",
        (
            "CREATE TABLE follower (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, issue_id TEXT NOT NULL, customer_id "
            "TEXT, person_id TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX followerrow_id ON follower (id)",
        "CREATE INDEX followerrow_issue_id ON follower (issue_id)",
        "CREATE INDEX followerrow_customer_id ON follower (customer_id)",
        "CREATE INDEX followerrow_person_id ON follower (person_id)",
        (
            "CREATE TABLE issue_deployment (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT "
            "NULL, deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, issue_id TEXT NOT NULL, "
            "customer_id TEXT, deployment_id TEXT NOT NULL, interaction_id TEXT)"
        ),
        "CREATE UNIQUE INDEX issuedeploymentrow_id ON issue_deployment (id)",
        "CREATE INDEX issuedeploymentrow_issue_id ON issue_deployment (issue_id)",
        "CREATE INDEX issuedeploymentrow_customer_id ON issue_deployment (customer_id)",
        "CREATE INDEX issuedeploymentrow_deployment_id ON issue_deployment (deployment_id)",
        "CREATE INDEX issuedeploymentrow_interaction_id ON issue_deployment (interaction_id)",
        (
            "CREATE TABLE issue_device (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, issue_id TEXT NOT NULL, customer_id "
            "TEXT, device_id TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX issuedevicerow_id ON issue_device (id)",
        "CREATE INDEX issuedevicerow_issue_id ON issue_device (issue_id)",
        "CREATE INDEX issuedevicerow_customer_id ON issue_device (customer_id)",
        "CREATE INDEX issuedevicerow_device_id ON issue_device (device_id)",
        (
            "CREATE TABLE issue_link (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, issue_id TEXT NOT NULL, customer_id "
            "TEXT, other_id TEXT NOT NULL, kind TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX issuelinkrow_id ON issue_link (id)",
        "CREATE INDEX issuelinkrow_issue_id ON issue_link (issue_id)",
        "CREATE INDEX issuelinkrow_customer_id ON issue_link (customer_id)",
        "CREATE INDEX issuelinkrow_other_id ON issue_link (other_id)",
        (
            "CREATE TABLE later_word (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, issue_id TEXT NOT NULL, customer_id "
            "TEXT, contact_id TEXT, channel TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, due_at "
            "INTEGER NOT NULL, person_id TEXT NOT NULL, state TEXT NOT NULL, interaction_id TEXT)"
        ),
        "CREATE UNIQUE INDEX laterwordrow_id ON later_word (id)",
        "CREATE INDEX laterwordrow_issue_id ON later_word (issue_id)",
        "CREATE INDEX laterwordrow_customer_id ON later_word (customer_id)",
        "CREATE INDEX laterwordrow_contact_id ON later_word (contact_id)",
        "CREATE INDEX laterwordrow_person_id ON later_word (person_id)",
        "CREATE INDEX laterwordrow_interaction_id ON later_word (interaction_id)",
        (
            "CREATE TABLE macro (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, deleted "
            "INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, name TEXT NOT NULL, person_id TEXT, acts TEXT "
            "NOT NULL)"
        ),
        "CREATE UNIQUE INDEX macrorow_id ON macro (id)",
        "CREATE INDEX macrorow_person_id ON macro (person_id)",
        (
            "CREATE TABLE saved_view (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, name TEXT NOT NULL, person_id TEXT, "
            "filter TEXT NOT NULL, columns TEXT NOT NULL, order_by TEXT NOT NULL, is_descending INTEGER NOT NULL, "
            "group_by TEXT NOT NULL, rank INTEGER NOT NULL)"
        ),
        "CREATE UNIQUE INDEX savedviewrow_id ON saved_view (id)",
        "CREATE INDEX savedviewrow_person_id ON saved_view (person_id)",
        (
            "CREATE TABLE sla_pause (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, issue_id TEXT NOT NULL, customer_id "
            "TEXT, from_at INTEGER NOT NULL, until_at INTEGER, reason TEXT NOT NULL, person_id TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX slapauserow_id ON sla_pause (id)",
        "CREATE INDEX slapauserow_issue_id ON sla_pause (issue_id)",
        "CREATE INDEX slapauserow_customer_id ON sla_pause (customer_id)",
        "CREATE INDEX slapauserow_person_id ON sla_pause (person_id)",
        (
            "CREATE TABLE sla_policy (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, name TEXT NOT NULL, plan TEXT NOT NULL,"
            " priority INTEGER NOT NULL, calendar_id TEXT NOT NULL, first_response_m INTEGER NOT NULL, "
            "next_update_m INTEGER NOT NULL, resolution_m INTEGER NOT NULL, rank INTEGER NOT NULL)"
        ),
        "CREATE UNIQUE INDEX slapolicyrow_id ON sla_policy (id)",
        "CREATE INDEX slapolicyrow_calendar_id ON sla_policy (calendar_id)",
        (
            "CREATE TABLE snooze (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, deleted "
            "INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, issue_id TEXT NOT NULL, customer_id TEXT, "
            "person_id TEXT NOT NULL, until_at INTEGER NOT NULL)"
        ),
        "CREATE UNIQUE INDEX snoozerow_id ON snooze (id)",
        "CREATE INDEX snoozerow_issue_id ON snooze (issue_id)",
        "CREATE INDEX snoozerow_customer_id ON snooze (customer_id)",
        "CREATE INDEX snoozerow_person_id ON snooze (person_id)",
    ),
    3: (
        "ALTER TABLE device ADD COLUMN protocol TEXT NOT NULL DEFAULT 'ssh'",
        "ALTER TABLE device ADD COLUMN baud INTEGER NOT NULL DEFAULT 9600",
        "ALTER TABLE device ADD COLUMN login_with TEXT NOT NULL DEFAULT 'password'",
        "ALTER TABLE device ADD COLUMN key_file TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE device ADD COLUMN jump_id TEXT",
        "ALTER TABLE device ADD COLUMN tags TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE device ADD COLUMN model TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE device ADD COLUMN serial TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE device ADD COLUMN note TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE device ADD COLUMN source TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE device ADD COLUMN source_key TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE host_key ADD COLUMN address TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE host_key ADD COLUMN port INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX devicerow_jump_id ON device (jump_id)",
        (
            "CREATE TABLE audit_line (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, device_id TEXT NOT NULL, customer_id "
            "TEXT, issue_id TEXT, person_id TEXT NOT NULL, workstation TEXT NOT NULL, seq INTEGER NOT NULL, at "
            "INTEGER NOT NULL, line TEXT NOT NULL, line_class TEXT NOT NULL, passage TEXT NOT NULL, reason TEXT NOT "
            "NULL, window_id TEXT, run_id TEXT, before TEXT NOT NULL, hash TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX auditlinerow_id ON audit_line (id)",
        "CREATE INDEX auditlinerow_device_id ON audit_line (device_id)",
        "CREATE INDEX auditlinerow_customer_id ON audit_line (customer_id)",
        "CREATE INDEX auditlinerow_issue_id ON audit_line (issue_id)",
        "CREATE INDEX auditlinerow_person_id ON audit_line (person_id)",
        "CREATE INDEX auditlinerow_window_id ON audit_line (window_id)",
        "CREATE INDEX auditlinerow_run_id ON audit_line (run_id)",
        "CREATE INDEX auditlinerow_workstation_seq ON audit_line (workstation, seq)",
        (
            "CREATE TABLE backup_attempt (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, device_id TEXT NOT NULL, customer_id "
            "TEXT, at INTEGER NOT NULL, person_id TEXT NOT NULL, workstation TEXT NOT NULL, outcome TEXT NOT NULL, "
            "backup_id TEXT, words TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX backupattemptrow_id ON backup_attempt (id)",
        "CREATE INDEX backupattemptrow_device_id ON backup_attempt (device_id)",
        "CREATE INDEX backupattemptrow_customer_id ON backup_attempt (customer_id)",
        "CREATE INDEX backupattemptrow_person_id ON backup_attempt (person_id)",
        "CREATE INDEX backupattemptrow_backup_id ON backup_attempt (backup_id)",
        "CREATE INDEX backupattemptrow_device_id_at ON backup_attempt (device_id, at)",
        (
            "CREATE TABLE change_window (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, customer_id TEXT, issue_id TEXT, run_id "
            "TEXT, kind TEXT NOT NULL, what TEXT NOT NULL, opens_at INTEGER NOT NULL, closes_at INTEGER NOT NULL, "
            "agreed_with TEXT NOT NULL, back_out TEXT NOT NULL, person_id TEXT NOT NULL, closed_at INTEGER)"
        ),
        "CREATE UNIQUE INDEX changewindowrow_id ON change_window (id)",
        "CREATE INDEX changewindowrow_customer_id ON change_window (customer_id)",
        "CREATE INDEX changewindowrow_issue_id ON change_window (issue_id)",
        "CREATE INDEX changewindowrow_run_id ON change_window (run_id)",
        "CREATE INDEX changewindowrow_person_id ON change_window (person_id)",
        (
            "CREATE TABLE company_key (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, made_at INTEGER NOT NULL, made_by TEXT "
            "NOT NULL, retired_at INTEGER, reason TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX companykeyrow_id ON company_key (id)",
        "CREATE INDEX companykeyrow_made_by ON company_key (made_by)",
        (
            "CREATE TABLE config_backup (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, device_id TEXT NOT NULL, customer_id "
            "TEXT, taken_at INTEGER NOT NULL, person_id TEXT NOT NULL, workstation TEXT NOT NULL, size_bytes INTEGER "
            "NOT NULL, sha256 TEXT NOT NULL, lines INTEGER NOT NULL, mark TEXT NOT NULL, key_id TEXT, by_words TEXT "
            "NOT NULL, source TEXT NOT NULL, source_key TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX configbackuprow_id ON config_backup (id)",
        "CREATE INDEX configbackuprow_device_id ON config_backup (device_id)",
        "CREATE INDEX configbackuprow_customer_id ON config_backup (customer_id)",
        "CREATE INDEX configbackuprow_person_id ON config_backup (person_id)",
        "CREATE INDEX configbackuprow_key_id ON config_backup (key_id)",
        "CREATE INDEX configbackuprow_device_id_taken_at ON config_backup (device_id, taken_at)",
        (
            "CREATE TABLE credential_rule (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, name TEXT NOT NULL, selector TEXT NOT "
            "NULL, username TEXT NOT NULL, login_with TEXT NOT NULL, key_file TEXT NOT NULL, rank INTEGER NOT NULL)"
        ),
        "CREATE UNIQUE INDEX credentialrulerow_id ON credential_rule (id)",
        (
            "CREATE TABLE emergency (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, deleted"
            " INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, device_id TEXT NOT NULL, customer_id TEXT, "
            "issue_id TEXT, person_id TEXT NOT NULL, workstation TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT "
            "NULL, over_at INTEGER, reviewed_by TEXT, reviewed_at INTEGER, review TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX emergencyrow_id ON emergency (id)",
        "CREATE INDEX emergencyrow_device_id ON emergency (device_id)",
        "CREATE INDEX emergencyrow_customer_id ON emergency (customer_id)",
        "CREATE INDEX emergencyrow_issue_id ON emergency (issue_id)",
        "CREATE INDEX emergencyrow_person_id ON emergency (person_id)",
        "CREATE INDEX emergencyrow_reviewed_by ON emergency (reviewed_by)",
        (
            "CREATE TABLE highlight (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, deleted"
            " INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, person_id TEXT, platform TEXT NOT NULL, pattern "
            "TEXT NOT NULL, kind TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX highlightrow_id ON highlight (id)",
        "CREATE INDEX highlightrow_person_id ON highlight (person_id)",
        (
            "CREATE TABLE person_key (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, person_id TEXT NOT NULL, workstation TEXT"
            " NOT NULL, public_key TEXT NOT NULL, made_at INTEGER NOT NULL)"
        ),
        "CREATE UNIQUE INDEX personkeyrow_id ON person_key (id)",
        "CREATE INDEX personkeyrow_person_id ON person_key (person_id)",
        (
            "CREATE TABLE session (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, deleted "
            "INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, device_id TEXT NOT NULL, customer_id TEXT, "
            "issue_id TEXT, person_id TEXT NOT NULL, workstation TEXT NOT NULL, kind TEXT NOT NULL, opened_at INTEGER"
            " NOT NULL, closed_at INTEGER, words TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX sessionrow_id ON session (id)",
        "CREATE INDEX sessionrow_device_id ON session (device_id)",
        "CREATE INDEX sessionrow_customer_id ON session (customer_id)",
        "CREATE INDEX sessionrow_issue_id ON session (issue_id)",
        "CREATE INDEX sessionrow_person_id ON session (person_id)",
        "CREATE INDEX sessionrow_device_id_opened_at ON session (device_id, opened_at)",
        (
            "CREATE TABLE snippet (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, deleted "
            "INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, name TEXT NOT NULL, person_id TEXT, platform TEXT"
            " NOT NULL, body TEXT NOT NULL)"
        ),
        "CREATE UNIQUE INDEX snippetrow_id ON snippet (id)",
        "CREATE INDEX snippetrow_person_id ON snippet (person_id)",
        (
            "CREATE TABLE wrapped_key (pk INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, rev INTEGER NOT NULL, "
            "deleted INTEGER NOT NULL, changed_at INTEGER, changed_by TEXT, key_id TEXT NOT NULL, person_key_id TEXT "
            "NOT NULL, person_id TEXT NOT NULL, wrapped TEXT NOT NULL, wrapped_by TEXT NOT NULL, wrapped_at INTEGER "
            "NOT NULL)"
        ),
        "CREATE UNIQUE INDEX wrappedkeyrow_id ON wrapped_key (id)",
        "CREATE INDEX wrappedkeyrow_key_id ON wrapped_key (key_id)",
        "CREATE INDEX wrappedkeyrow_person_key_id ON wrapped_key (person_key_id)",
        "CREATE INDEX wrappedkeyrow_person_id ON wrapped_key (person_id)",
        "CREATE INDEX wrappedkeyrow_wrapped_by ON wrapped_key (wrapped_by)",
    ),
}
