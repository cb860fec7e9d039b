"""Configurations of devices: copies of them, what changed, who may read the full text, and searching them all."""

from app.domain.config_backup import BackupAttempt, BackupOutcome
from app.services.configs import keys, oxidized
from app.services.configs.backing_up import BackupRound, Result
from app.services.configs.copies import (
    Copy,
    NotBackedUpSince,
    Pair,
    full_text,
    history,
    last_attempt,
    pair,
    since_deployment,
    text,
)
from app.services.configs.keeping import keep, note_failure
from app.services.configs.search import Hit, NotHere, not_here, search
from app.services.deployments import DeploymentLine

__all__ = [
    "BackupAttempt",
    "BackupOutcome",
    "BackupRound",
    "Copy",
    "DeploymentLine",
    "Hit",
    "NotBackedUpSince",
    "NotHere",
    "Pair",
    "Result",
    "full_text",
    "history",
    "keep",
    "keys",
    "last_attempt",
    "not_here",
    "note_failure",
    "oxidized",
    "pair",
    "search",
    "since_deployment",
    "text",
]
