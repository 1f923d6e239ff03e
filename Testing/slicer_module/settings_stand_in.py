"""Slicer's application settings without Slicer: dialog, CTK's settings panel and its helpers.

As ``ctkSettingsPanel.cpp``: a registered property takes the value that is set, if one is, and every
signal writes it; nothing is written before.
"""

import types

from PySide6 import QtCore, QtWidgets


def plain(signal):
    """``2toggled(bool)``, as SIGNAL() makes it, without its number."""
    assert signal[0] == "2", f"{signal}: not made by qt.SIGNAL"
    return signal[1:]


def signal_of(sender, signal):
    """The signal of a QObject by its C++ signature; AttributeError when it has none."""
    if sender.metaObject().indexOfSignal(plain(signal)) < 0:
        raise AttributeError(f"{type(sender).__name__} has no signal {plain(signal)}")
    return getattr(sender, plain(signal).partition("(")[0])


class ctkSettingsPanel(QtWidgets.QWidget):  # noqa: N801 - CTK's name
    """Keeps properties of widgets in the settings."""

    def registerProperty(self, key, sender, name, signal):
        import qt

        raw, settings = getattr(sender, "raw", sender), qt.QSettings()
        assert raw.metaObject().indexOfProperty(name) >= 0, name
        if settings.contains(key):
            raw.setProperty(name, settings.value(key))
        signal_of(raw, signal).connect(lambda *_: qt.QSettings().setValue(key, raw.property(name)))


class ctkBooleanMapper(QtCore.QObject):  # noqa: N801
    """A truth value as a number."""

    valueAsIntChanged = QtCore.Signal(int)  # noqa: N815

    def __init__(self, target, name, signal):
        super().__init__()
        self._target, self._name = getattr(target, "raw", target), name
        signal_of(self._target, signal).connect(
            lambda *_: self.valueAsIntChanged.emit(self._value())
        )

    def _value(self):
        return int(self._target.property(self._name))

    valueAsInt = QtCore.Property(  # noqa: N815
        int, _value, lambda self, on: self._target.setProperty(self._name, bool(int(on)))
    )


class ctkDirectoryButton(QtWidgets.QPushButton):  # noqa: N801
    """Button that chooses a folder."""

    directoryChanged = QtCore.Signal(str)  # noqa: N815
    _directory = ""

    def _set(self, directory):
        if directory != self._directory:
            self._directory = directory
            self.setText(directory)
            self.directoryChanged.emit(directory)

    directory = QtCore.Property(str, lambda self: self._directory, _set)


class SettingsDialog:
    """ctkSettingsDialog: pages by name."""

    def __init__(self):
        self.pages = {}

    def addPanel(self, name, page):
        assert isinstance(page, ctkSettingsPanel)
        self.pages[name] = page


def command_options():
    """What ``slicer.app.commandOptions()`` is asked for."""
    return types.SimpleNamespace(noMainWindow=False)
