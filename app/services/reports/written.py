"""A report written down: as CSV for a spreadsheet, and as HTML from which a PDF is made."""

import csv
import io
from datetime import UTC
from html import escape

from app.domain.report import FEW, Report, ReportColumn, ReportRow, Unit, share


def shown(row: ReportRow, value: float | None, column: ReportColumn) -> str:
    """Give a number of a row as people read it; a dash where nothing is known."""
    if value is None:
        return "–"  # noqa: RUF001  the dash of an empty cell
    if column.unit is Unit.PERCENT:
        return f"{value:,.1f}" if row.share[1] >= FEW else share(*row.share)
    return f"{value:,.0f}"


def as_csv(report: Report) -> str:
    """Give the table as CSV: numbers plain, a header, no sentence."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([report.title, *(column.title for column in report.columns)])
    for row in report.rows:
        # A label that a spreadsheet would compute is kept a text.
        label = f"'{row.label}" if row.label[:1] in {"=", "+", "-", "@", "\t", "\r"} else row.label
        lines.writerow([label, *("" if value is None else value for value in row.values)])
    return out.getvalue()


def as_html(report: Report, image: str = "") -> str:
    """Give one page: the sentence first, the chart where there is an image, the table, what is not known."""
    heads = "".join(f'<th align="right">{escape(column.title)}</th>' for column in report.columns)
    body = "".join(
        f"<tr><td>{escape(row.label)}</td>"
        + "".join(
            f'<td align="right">{shown(row, value, column)}</td>'
            for value, column in zip(row.values, report.columns, strict=True)
        )
        + "</tr>"
        for row in report.rows
    )
    picture = f'<p><img src="{escape(image)}" width="600"></p>' if image else ""
    return (
        f"<h2>{escape(report.title)}</h2><p><b>{escape(report.sentence)}</b></p>"
        f"<p>As of {report.as_of.astimezone(UTC):%d %B %Y %H:%M} UTC</p>{picture}"
        f'<table cellspacing="0" cellpadding="4" width="100%"><tr><th align="left"></th>{heads}</tr>{body}</table>'
        f"<p><small>{escape(report.limits)}</small></p>"
    )
