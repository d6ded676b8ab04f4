"""Admission: what is let in at once, in which order, and who is asked to come back.

`gate` is the entrance of a process; the rest is what it decides by, pure: `limit` (how much at
once), `line` (who is next), `turns` (when to come back). `uploads` ends what only drips.
"""
