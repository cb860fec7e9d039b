"""What a screen reader and a keyboard need: a check that tests run on every screen."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QComboBox, QLabel, QWidget


def nameless(root: QWidget) -> list[str]:
    """Give every focusable widget below `root`, itself included, that has no accessible name."""
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in [root, *root.findChildren(QWidget)]
        if _is_focusable(widget) and not _name(widget)
    ]


def unreachable(root: QWidget) -> list[str]:
    """Give every button below `root` that Tab never reaches."""
    return [
        f"{type(widget).__name__} {widget.text()}"
        for widget in root.findChildren(QAbstractButton)
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(widget.parent(), QAbstractScrollArea)
    ]


def _is_focusable(widget: QWidget) -> bool:
    if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.focusProxy() is not None:
        return False
    parent = widget.parentWidget()
    # Qt's own inner parts (a view's viewport, a spin box's editor) are named by the widget around them.
    is_inner = (
        widget.objectName().startswith("qt_")
        or (isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget)
        or (parent is not None and isinstance(parent.parent(), QComboBox))  # the list that drops down
    )
    return not is_inner and not isinstance(widget, QLabel)


def _name(widget: QWidget) -> str:
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
