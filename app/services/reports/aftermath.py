"""Who came back within a day after a deployment."""

from datetime import UTC

from app.domain.report import FEW, Report, ReportColumn, ReportName, ReportRow, mean, percent, share
from app.services.reports.asked import Asked, plain
from app.store import sortings
from app.store.codec import instant_of

_COLUMNS = (ReportColumn("contacts", "Contacts", is_charted=True), ReportColumn("linked", "Issues linked"))
_LIMITS = (
    "Words from the customer within 24 hours after a deployment there. Issues that somebody has linked to it are "
    "counted whenever they came; when a link was made is not on record."
)
_TODO = "Record deployments; what customers say within a day after one is then counted here."


def _deployments(asked: Asked) -> Report:
    cells = asked.counted(sortings.DEPLOYMENTS)
    count, newest = asked.count(sortings.DEPLOYED), asked.lines(sortings.LAST_DEPLOYED)
    rows = tuple(
        ReportRow(
            i,
            f"{customer} · {what} · {instant_of(at).astimezone(UTC):%d %b %Y}",
            (cells.get((i, "contacts"), 0), cells.get((i, "linked"), 0)),
        )
        for i, customer, what, at in newest
    )
    answered = sum(1 for (_, column), n in cells.items() if column == "contacts" and n)
    contacts = sum(n for (_, column), n in cells.items() if column == "contacts")
    figures = {
        "deployments": count,
        "with_contact": answered,
        "contact_rate_pct": percent(answered, count),
        "contacts": contacts,
        "contacts_mean": mean(contacts, count),
    }
    sentence = "No deployment is on record."
    if count:
        many = f"{share(answered, count)} of {count:,}" if count >= FEW else share(answered, count)
        sentence = f"After {many} deployments the customer rang or wrote within a day."
    return Report(ReportName.DEPLOYMENTS, asked.at, sentence, figures, _COLUMNS, rows, _LIMITS, _TODO)


DEPLOYMENTS = plain(_deployments, sortings.DEPLOYMENTS, ("contacts", "linked"))
