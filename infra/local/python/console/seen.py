"""Requests to the API, as they were answered: never what they said."""

import time
from collections import deque
from itertools import count
from urllib.parse import parse_qsl

MOST = 500

# What may be shown of a query; of all else there is only the name.
HARMLESS = {"limit", "offset", "page", "page_size", "sort", "order", "ordering", "status"}


class Seen:
    """The latest requests."""

    def __init__(self):
        self.requests = deque(maxlen=MOST)
        self.numbers = count(1)

    def latest(self, most):
        """So many, the one that came last first."""
        return sorted(self.requests, key=lambda request: request["at"], reverse=True)[:most]

    def watching(self, app):
        """An app that does as `app` does, and is seen to."""

        async def watched(scope, receive, send):
            status, request_id, start = 0, "", time.time()

            async def sending(event):
                nonlocal status, request_id
                if event["type"] == "http.response.start":
                    status = event["status"]
                    request_id = dict(event["headers"]).get(b"x-request-id", b"").decode("latin-1")
                await send(event)

            try:
                await app(scope, receive, sending)
            finally:
                self.requests.append({
                    "number": next(self.numbers),
                    "at": round(start * 1000),
                    "method": scope["method"],
                    "path": scope["path"] + query(scope["query_string"]),
                    "status": status,
                    "took": round((time.time() - start) * 1000),
                    "requestId": request_id,
                })

        return watched


def query(raw):
    pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True)
    shown = [f"{name}={value if name in HARMLESS else '…'}" for name, value in pairs]
    return "?" + "&".join(shown) if shown else ""
