"""The load generator: many light counters with real keys against a running centre.

`load.run(Plan(...), Target(...))` gives a `Report`; `loket simulate-load` is the same by hand.
docs/load.md says what is measured.
"""

from load.driving import Progress, Target, run
from load.plan import PRESETS, Plan, Shape
from load.report import Report

__all__ = ["PRESETS", "Plan", "Progress", "Report", "Shape", "Target", "run"]
