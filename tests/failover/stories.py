"""What happens to the database in the middle of ingest."""

from __future__ import annotations

import contextlib

from demo.report import NotInTime
from tests.failover.cluster import Cluster
from tests.failover.town import Reckoning, Town

_STALLED_S = 6.0
"""Less than `wal_receiver_timeout`: after that a standby would call its primary anew."""


def lose_the_primary(cluster: Cluster, town: Town) -> Reckoning:
    """The primary's host goes dark while counters send; what the next primary holds then.

    The counters' lines are cut until it is reckoned: they would make up for what was lost.
    """
    before = cluster.primary()
    cluster.kill_host(before)
    town.cut_lines()
    cluster.wait_for_other_primary(before)
    found = town.reckon()
    town.mend_lines()
    return found


def lose_a_primary_that_nobody_hears(cluster: Cluster, town: Town) -> Reckoning:
    """As `lose_the_primary`, after a while in which nothing reached the standbys.

    Whatever is acknowledged in that while stands on one disk alone, and is lost with it.
    """
    cluster.stall_replication()
    with contextlib.suppress(NotInTime):
        town.wait_for_acknowledgements(1, _STALLED_S)
    return lose_the_primary(cluster, town)
