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
}
