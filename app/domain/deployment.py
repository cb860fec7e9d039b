"""Deployments: what changed where, by whom, from which build to which."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.entity import Entity

# A word from the customer within this time after a deployment is asked about it.
AFTERMATH = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment(Entity):
    """What was deployed to a customer. `back_out_until` is the last moment at which it can be taken back."""

    customer_id: str
    installation_id: str | None = None
    release_id: str | None = None
    product: str = ""
    from_build: str = ""
    to_build: str = ""
    what: str = ""
    at: datetime
    deployed_by: str
    back_out: str = ""
    back_out_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDeployment(Entity):
    """An issue came after a deployment; `interaction_id` is the word that brought the two together."""

    issue_id: str
    customer_id: str | None = None
    deployment_id: str
    interaction_id: str | None = None
