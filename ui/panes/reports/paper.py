"""A report in a file: PNG as on the screen, CSV for a spreadsheet, PDF dark on white; each whole or not at all."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QSaveFile, Qt, QUrl
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QRegion, QTextDocument
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from app.domain.errors import BadInput, EnvironmentFault
from app.domain.report import Report
from app.services import reports
from ui.kit.labels import Label
from ui.kit.theme import LIGHT, Face, L, S, colour, tokens
from ui.panes.reports.chart import Chart
from ui.panes.reports.legend import Legend

_WIDTH = 900  # px, drawn at twice the size
_SHARP = 2
_IMAGE = "chart"
SUFFIXES = (".png", ".csv", ".pdf")


def ask_where(parent: QWidget, report: Report, suffix: str) -> Path | None:
    """Ask for the file; None when the person changed their mind."""
    name = f"baton-{report.name}-{report.as_of.astimezone():%Y-%m-%d}{suffix}"
    kinds = f"{suffix[1:].upper()} (*{suffix})"
    path, _filter = QFileDialog.getSaveFileName(parent.window(), "Export report", str(Path.home() / name), kinds)
    return Path(path) if path else None


def save(report: Report, path: Path) -> None:
    """Write the report by the file's ending; raises BadInput for another one, EnvironmentFault when it cannot be."""
    match path.suffix.lower():
        case ".csv":
            _put(path, reports.as_csv(report).encode("utf-8-sig"))  # with the mark by which spreadsheets know UTF-8
        case ".png":
            _put(path, _encoded(picture(report)))
        case ".pdf":
            _put(path, _pdf(report))
        case _:
            raise BadInput(f"{path.name} is none of PNG, CSV and PDF.", "End the name in .png, .csv or .pdf.")


def picture(report: Report, *, is_for_paper: bool = False) -> QImage:
    """Give title, sentence and chart as an image, in the colours of the screen or of paper."""
    used = LIGHT if is_for_paper else tokens()
    sheet = QWidget()
    sheet.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    column = QVBoxLayout(sheet)
    column.setContentsMargins(L, L, L, L)
    column.setSpacing(S)
    chart, legend = Chart(used), Legend(used)
    if not is_for_paper:
        column.addWidget(Label(report.title, face=Face.SUBHEADING))
        column.addWidget(Label(report.sentence, face=Face.ALOUD, wrap=True))
    for part in (legend, chart):
        column.addWidget(part)
    legend.show_columns(report.columns)
    chart.show_report(report)
    sheet.resize(_WIDTH, max(column.heightForWidth(_WIDTH), column.sizeHint().height()))
    sheet.show()
    image = QImage(sheet.size() * _SHARP, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SHARP)
    image.fill(colour(used.panel))
    painter = QPainter(image)
    sheet.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    painter.end()
    sheet.hide()
    sheet.deleteLater()
    return image


def _encoded(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs know the bytes form only
    return bytes(buffer.data().data())


def _pdf(report: Report) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(report.title)
    writer.setResolution(96)
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(15, 15, 15, 15),
                    QPageLayout.Unit.Millimeter)
    )  # fmt: skip
    document = QTextDocument()
    if not report.is_empty:
        image = picture(report, is_for_paper=True)
        image.setDevicePixelRatio(1)
        document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(_IMAGE), image)
    document.setHtml(reports.as_html(report, "" if report.is_empty else _IMAGE))
    document.print_(writer)
    del writer
    return bytes(buffer.data().data())


def _put(path: Path, content: bytes) -> None:
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise EnvironmentFault(f"{path} cannot be written: {file.errorString()}.", "Choose another place.")
    file.write(content)
    if not file.commit():
        raise EnvironmentFault(f"{path} was not written: {file.errorString()}.", "Free some space or choose another.")
