"""Libraries that only cohort work needs: asked for where they are used, never by the core."""

from __future__ import annotations

import importlib
from typing import Any

from RNAssessLib.case import InputError

COHORT, CLUSTER = "cohort", "cluster"


def need(module: str, extra: str = COHORT) -> Any:
    """Import a module of an extra.

    Parameters
    ----------
    module : str
        Dotted name.
    extra : str
        Extra of the package that brings it.

    Raises
    ------
    InputError
        When it is not installed; the line names the extra.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise InputError(
            f"rnassess[{extra}]",
            f"{error.name} is not installed; install it with: pip install 'rnassess[{extra}]'",
        ) from None
