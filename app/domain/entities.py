"""The one list of what is synced: each table, its record, its rules and its rights.

The cache's tables, the company database's columns and the push function's rules are tested against this list.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.calendar import Calendar
from app.domain.command_text import Highlight, Snippet
from app.domain.config_backup import BackupAttempt, CompanyKey, ConfigBackup, PersonKey, WrappedKey
from app.domain.customer import Contact, Customer, CustomerAccess, Installation, Site
from app.domain.deployment import Deployment, IssueDeployment
from app.domain.device import CredentialRule, Device, HostKey
from app.domain.entity import Entity
from app.domain.escalation import Ask, DecisionOption, DecisionRequest, Escalation
from app.domain.interaction import Interaction, Promise
from app.domain.issue import Issue, IssueEvent, Note
from app.domain.on_issue import Attachment, ExternalRef, Follower, IssueDevice, IssueLink, Snooze
from app.domain.person import Person, Role
from app.domain.procedure import Procedure, ProcedureVersion, Step
from app.domain.release import Artefact, Release, Rollout
from app.domain.reply import CannedReply, LaterWord, Macro
from app.domain.run import Run, SignOff, StepEvent
from app.domain.session import AuditLine, ChangeWindow, Emergency, Session
from app.domain.sla import SlaPause, SlaPolicy
from app.domain.tag import Tag
from app.domain.topic import AskFirst
from app.domain.view import SavedView


class Verb(StrEnum):
    """What a person may do to a row of a table through push."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


M, S, E, T = Role.MANAGER, Role.SUPPORT, Role.ENGINEER, Role.TRAINEE
EVERYBODY = frozenset({M, S, E, T})
STAFF = frozenset({M, S, E})
TECHNICAL = frozenset({M, E})
MANAGERS = frozenset({M})
NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """One synced table: who may insert, update and delete, and which row each of its references points to.

    Append-only tables have nobody who may update or delete. `given` are columns that only the company database sets.
    `owners` are columns that always hold the id of the person who pushes the row. `together` are columns that are one
    value in several fields, such as an outcome or a sum of money: when one of them clashes, they all do. `by_lines` are
    columns of long text, which the workstation merges line by line where that is clean. The rows of a personal table
    are one person's own (`person_id`), seen and changed by nobody else, or everybody's (None): that never changes.
    """

    name: str
    record: type[Entity]
    insert: frozenset[Role]
    update: frozenset[Role] = NOBODY
    delete: frozenset[Role] = NOBODY
    refs: dict[str, str] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    by_lines: frozenset[str] = frozenset()
    is_personal: bool = False

    def may(self, verb: Verb) -> frozenset[Role]:
        """Give the roles that may do this."""
        return {Verb.INSERT: self.insert, Verb.UPDATE: self.update, Verb.DELETE: self.delete}[verb]


_CUSTOMER = {"customer_id": "customer"}
_ISSUE = {"issue_id": "issue", **_CUSTOMER}
_PERSON = {"person_id": "person"}
_ON_DEVICE = {"device_id": "device", **_ISSUE, **_PERSON}

TABLES: tuple[Table, ...] = (
    Table("person", Person, NOBODY, MANAGERS, given=frozenset({"login", "role", "is_active"})),
    Table(
        "customer",
        Customer,
        STAFF,
        STAFF,
        MANAGERS,
        {"account_rep_id": "person"},
        by_lines=frozenset({"support_hours", "contract", "note"}),
    ),
    Table("customer_access", CustomerAccess, MANAGERS, NOBODY, MANAGERS, {**_CUSTOMER, **_PERSON}),
    Table("site", Site, STAFF, STAFF, MANAGERS, _CUSTOMER, by_lines=frozenset({"address"})),
    Table(
        "contact", Contact, EVERYBODY, STAFF, MANAGERS, {**_CUSTOMER, "site_id": "site"}, by_lines=frozenset({"note"})
    ),
    Table("installation", Installation, STAFF, STAFF, MANAGERS, _CUSTOMER, by_lines=frozenset({"hosts", "note"})),
    Table(
        "device",
        Device,
        TECHNICAL,
        TECHNICAL,
        MANAGERS,
        {**_CUSTOMER, "jump_id": "device"},
        by_lines=frozenset({"note"}),
    ),
    Table(
        "host_key",
        HostKey,
        STAFF,
        TECHNICAL,
        refs={"device_id": "device", **_CUSTOMER, "accepted_by": "person", "retired_by": "person"},
        owners=frozenset({"accepted_by"}),
    ),
    Table(
        "issue",
        Issue,
        EVERYBODY,
        EVERYBODY,
        MANAGERS,
        {
            **_CUSTOMER,
            "contact_id": "contact",
            "installation_id": "installation",
            "owner_id": "person",
            "agreed_line_by": "person",
        },
        given=frozenset({"number"}),
        by_lines=frozenset({"workaround", "cause"}),
    ),
    Table("tag", Tag, EVERYBODY, NOBODY, EVERYBODY, _ISSUE),
    Table("issue_event", IssueEvent, STAFF, refs=_ISSUE),
    Table(
        "note",
        Note,
        EVERYBODY,
        refs={**_ISSUE, **_PERSON, "device_id": "device"},
        owners=frozenset({"person_id"}),
    ),
    Table(
        "interaction",
        Interaction,
        EVERYBODY,
        refs={**_ISSUE, **_PERSON, "contact_id": "contact", "rang_id": "person"},
        owners=frozenset({"person_id"}),
    ),
    Table(
        "promise",
        Promise,
        EVERYBODY,
        EVERYBODY,
        refs={**_ISSUE, "interaction_id": "interaction", "contact_id": "contact", "made_by": "person"},
        owners=frozenset({"made_by"}),
    ),
    Table(
        "escalation",
        Escalation,
        EVERYBODY,
        STAFF,
        refs={**_ISSUE, "raised_by": "person", "to_person_id": "person", "taken_by": "person"},
        owners=frozenset({"raised_by"}),
    ),
    Table(
        "decision_request",
        DecisionRequest,
        STAFF,
        STAFF,
        refs={
            **_ISSUE,
            "escalation_id": "escalation",
            "owed_by_id": "person",
            "asked_by": "person",
            "recorded_by": "person",
        },
        owners=frozenset({"asked_by"}),
        together=frozenset(
            {
                "outcome",
                "outcome_words",
                "chosen_option_id",
                "decided_by",
                "heard_how",
                "decided_at",
                "recorded_by",
                "review_at",
            }
        ),
    ),
    Table(
        "decision_option",
        DecisionOption,
        STAFF,
        STAFF,
        STAFF,
        refs={**_CUSTOMER, "request_id": "decision_request"},
        together=frozenset({"one_off", "monthly", "yearly", "currency", "term_months"}),
    ),
    Table(
        "ask",
        Ask,
        EVERYBODY,
        refs={**_CUSTOMER, "request_id": "decision_request", "whom_id": "person", "recorded_by": "person"},
        owners=frozenset({"recorded_by"}),
    ),
    Table("procedure", Procedure, TECHNICAL, TECHNICAL, MANAGERS),
    Table(
        "procedure_version",
        ProcedureVersion,
        TECHNICAL,
        refs={"procedure_id": "procedure", "published_by": "person"},
        owners=frozenset({"published_by"}),
    ),
    Table("step", Step, TECHNICAL, refs={"version_id": "procedure_version"}),
    Table("release", Release, TECHNICAL, TECHNICAL, MANAGERS),
    Table("artefact", Artefact, TECHNICAL, TECHNICAL, TECHNICAL, {"release_id": "release"}),
    Table("rollout", Rollout, STAFF, STAFF, MANAGERS, {"release_id": "release", **_CUSTOMER}),
    Table(
        "run",
        Run,
        EVERYBODY,
        EVERYBODY,
        refs={"version_id": "procedure_version", "release_id": "release", "started_by": "person"},
        owners=frozenset({"started_by"}),
    ),
    Table(
        "step_event",
        StepEvent,
        EVERYBODY,
        refs={"run_id": "run", "step_id": "step", **_PERSON},
        owners=frozenset({"person_id"}),
    ),
    Table(
        "sign_off",
        SignOff,
        STAFF,
        refs={"run_id": "run", "release_id": "release", **_PERSON},
        owners=frozenset({"person_id"}),
    ),
    Table("issue_link", IssueLink, EVERYBODY, NOBODY, EVERYBODY, {**_ISSUE, "other_id": "issue"}),
    Table("follower", Follower, EVERYBODY, NOBODY, EVERYBODY, {**_ISSUE, **_PERSON}),
    Table("snooze", Snooze, EVERYBODY, EVERYBODY, EVERYBODY, {**_ISSUE, **_PERSON}, owners=frozenset({"person_id"})),
    Table(
        "attachment",
        Attachment,
        EVERYBODY,
        NOBODY,
        EVERYBODY,
        {**_ISSUE, **_PERSON},
        owners=frozenset({"person_id"}),
    ),
    Table("issue_device", IssueDevice, EVERYBODY, NOBODY, EVERYBODY, {**_ISSUE, "device_id": "device"}),
    Table("external_ref", ExternalRef, EVERYBODY, EVERYBODY, EVERYBODY, _ISSUE),
    Table(
        "deployment",
        Deployment,
        STAFF,
        STAFF,
        refs={
            **_CUSTOMER,
            "installation_id": "installation",
            "release_id": "release",
            "deployed_by": "person",
        },
        by_lines=frozenset({"back_out"}),
    ),
    Table(
        "issue_deployment",
        IssueDeployment,
        EVERYBODY,
        NOBODY,
        EVERYBODY,
        {**_ISSUE, "deployment_id": "deployment", "interaction_id": "interaction"},
    ),
    Table("ask_first", AskFirst, STAFF, STAFF, STAFF, _PERSON),
    Table("calendar", Calendar, MANAGERS, MANAGERS, MANAGERS, by_lines=frozenset({"closed_days"})),
    Table("sla_policy", SlaPolicy, MANAGERS, MANAGERS, MANAGERS, {"calendar_id": "calendar"}),
    Table(
        "sla_pause",
        SlaPause,
        EVERYBODY,
        EVERYBODY,
        EVERYBODY,
        {**_ISSUE, **_PERSON},
        owners=frozenset({"person_id"}),
    ),
    Table("saved_view", SavedView, EVERYBODY, EVERYBODY, EVERYBODY, _PERSON, is_personal=True),
    Table(
        "canned_reply",
        CannedReply,
        EVERYBODY,
        EVERYBODY,
        EVERYBODY,
        _PERSON,
        by_lines=frozenset({"body"}),
        is_personal=True,
    ),
    Table("macro", Macro, EVERYBODY, EVERYBODY, EVERYBODY, _PERSON, by_lines=frozenset({"acts"}), is_personal=True),
    Table(
        "later_word",
        LaterWord,
        EVERYBODY,
        EVERYBODY,
        refs={**_ISSUE, **_PERSON, "contact_id": "contact", "interaction_id": "interaction"},
        owners=frozenset({"person_id"}),
        by_lines=frozenset({"body"}),
    ),
    Table("credential_rule", CredentialRule, TECHNICAL, TECHNICAL, TECHNICAL),
    Table(
        "change_window",
        ChangeWindow,
        STAFF,
        STAFF,
        refs={**_ISSUE, **_PERSON, "run_id": "run"},
        owners=frozenset({"person_id"}),
        by_lines=frozenset({"back_out"}),
    ),
    Table("session", Session, EVERYBODY, EVERYBODY, refs=_ON_DEVICE, owners=frozenset({"person_id"})),
    Table(
        "audit_line",
        AuditLine,
        EVERYBODY,
        refs={**_ON_DEVICE, "window_id": "change_window", "run_id": "run"},
        owners=frozenset({"person_id"}),
    ),
    Table(
        "emergency",
        Emergency,
        EVERYBODY,
        EVERYBODY,
        refs={**_ON_DEVICE, "reviewed_by": "person"},
        owners=frozenset({"person_id"}),
        together=frozenset({"reviewed_by", "reviewed_at", "review"}),
    ),
    Table("snippet", Snippet, EVERYBODY, EVERYBODY, EVERYBODY, _PERSON, by_lines=frozenset({"body"}), is_personal=True),
    Table("highlight", Highlight, EVERYBODY, EVERYBODY, EVERYBODY, _PERSON, is_personal=True),
    Table("company_key", CompanyKey, TECHNICAL, MANAGERS, refs={"made_by": "person"}, owners=frozenset({"made_by"})),
    Table("person_key", PersonKey, EVERYBODY, NOBODY, MANAGERS, _PERSON, owners=frozenset({"person_id"})),
    Table(
        "wrapped_key",
        WrappedKey,
        TECHNICAL,
        NOBODY,
        TECHNICAL,
        {"key_id": "company_key", "person_key_id": "person_key", **_PERSON, "wrapped_by": "person"},
        owners=frozenset({"wrapped_by"}),
    ),
    Table(
        "config_backup",
        ConfigBackup,
        STAFF,
        refs={"device_id": "device", **_CUSTOMER, **_PERSON, "key_id": "company_key"},
        owners=frozenset({"person_id"}),
    ),
    Table(
        "backup_attempt",
        BackupAttempt,
        STAFF,
        refs={"device_id": "device", **_CUSTOMER, **_PERSON, "backup_id": "config_backup"},
        owners=frozenset({"person_id"}),
    ),
)

BY_NAME = {t.name: t for t in TABLES}

# Where rows name a content by `sha256` and `size_bytes`, brought by `person_id`: it is fetched on demand.
WITH_CONTENT = ("attachment", "config_backup")

# Rows that leave the workstation with their issue, once it was closed long ago.
HANGING_ON_ISSUES = (
    "issue_event",
    "note",
    "tag",
    "interaction",
    "promise",
    "issue_link",
    "follower",
    "snooze",
    "attachment",
    "issue_device",
    "external_ref",
    "issue_deployment",
    "sla_pause",
    "later_word",
)

# The longest text, in bytes, that one edit may hold; the company refuses more.
LONGEST_EDIT_BYTES = 900_000
BY_RECORD = {t.record: t for t in TABLES}


def table_of(record: type[Entity]) -> Table:
    """Give the table that keeps this kind of record."""
    return BY_RECORD[record]
