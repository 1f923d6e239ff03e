"""The dock of Slicer's module panel: as wide as the module's hints ask, never narrower.

``qSlicerModulePanel`` gives the module widget the horizontal policy *Minimum*, so what it would
like to have (its size hint, a long caption's on one line) is the least that it takes.
"""

from PySide6 import QtCore, QtWidgets

WIDTH = 400


class ModulePanel(QtWidgets.QScrollArea):
    """Scroll area of the module panel with the module widget in it."""

    def __init__(self, module_widget):
        super().__init__()
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        panel = QtWidgets.QWidget()
        QtWidgets.QVBoxLayout(panel).addWidget(module_widget)
        panel.layout().setContentsMargins(0, 0, 0, 0)
        vertical = module_widget.sizePolicy().verticalPolicy()
        module_widget.setSizePolicy(QtWidgets.QSizePolicy.Minimum, vertical)
        self.setWidget(panel)

    def minimumSizeHint(self):
        bar = self.verticalScrollBar().sizeHint().width()
        return QtCore.QSize(self.widget().minimumSizeHint().width() + bar, 100)


def open_dock(widget):
    """Show the module in a dock of 400 pixels beside the views; returns the dock."""
    window = QtWidgets.QMainWindow()
    window.setCentralWidget(QtWidgets.QWidget())
    dock = QtWidgets.QDockWidget()
    dock.setWidget(ModulePanel(widget.parent.raw))
    window.addDockWidget(QtCore.Qt.LeftDockWidgetArea, dock)
    window.resize(1400, 1000)
    window.show()
    widget.parent.raw.show()
    window.resizeDocks([dock], [WIDTH], QtCore.Qt.Horizontal)
    settle()
    dock.window_kept = window
    return dock


def settle():
    """Let layouts and what waits for the event loop happen."""
    for _ in range(5):
        QtWidgets.QApplication.processEvents()
