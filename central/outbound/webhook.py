"""Short messages (WhatsApp, SMS) through a gateway that is told of each by a webhook."""

from __future__ import annotations

from central.outbound.errors import LineDown
from central.outbound.http import JsonLine


class Gateway:
    """Posts `{"to", "text", "id"}`; any 2xx means that it was taken."""

    def __init__(self, url: str, token: str, read_s: float = 15.0) -> None:
        self._line = JsonLine(url, token, read_s)

    def send(self, to: str, text: str, message_id: str) -> None:
        """:param message_id: the same for a repeat; also sent as `Idempotency-Key`.
        :raises LineDown: the gateway does not take anything now.
        :raises Refused: it does not take this one.
        """
        body = {"to": to, "text": text, "id": message_id}
        if self._line.post("", body, key=message_id)[0] == 404:
            raise LineDown("failing")

    def close(self) -> None:
        self._line.close()
