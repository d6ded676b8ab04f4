"""A second way between the two namespaces, a long one: every packet is late."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from tests.line.frame_relay import FrameRelay, compute_checksums
from tests.line.lane import FAR_CENTRE_IP, FAR_EDGE_IP, Lane, add_space, drop_space, join


@contextlib.contextmanager
def far_lane(lane: Lane, delay_s: float) -> Iterator[str]:
    """The centre's address at the end of a way that takes `delay_s` each way."""
    middle = add_space("far")
    with contextlib.ExitStack() as made:
        # The devices at both ends go with their partners in here.
        made.callback(drop_space, middle)
        join(lane.edge, "far-edge", FAR_EDGE_IP, middle, "to-edge", "")
        join(lane.centre, "far-centre", FAR_CENTRE_IP, middle, "to-centre", "")
        compute_checksums(lane.edge, "far-edge")
        compute_checksums(lane.centre, "far-centre")
        relay = FrameRelay(middle, "to-edge", "to-centre", delay_s)
        made.callback(relay.stop)
        yield FAR_CENTRE_IP
