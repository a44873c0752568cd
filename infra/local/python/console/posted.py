"""Messages on their way: what was put into queues for a verification request."""

import base64
import json
from collections import deque

from . import emulated

# So many are remembered.
MOST = 5_000


class Posted:
    """What was sent to queues since the local AWS started."""

    def __init__(self):
        self.messages = deque(maxlen=MOST)
        emulated.watch_queues(self.note)

    def note(self, queue, message):
        """Keeps what is about a request; the message itself tells later whether it
        was taken."""
        about, event = of_request(message["body"])
        if about:
            self.messages.append({"queue": queue, "request": about, "event": event, "message": message})

    def of(self, request):
        """The messages about a request, each with the queue that it is in now, or
        none once it was done with."""
        now = {m["id"]: name for name, _, messages in emulated.queues() for m in messages}
        own = [one for one in list(self.messages) if one["request"] == request]
        return [one | {"now_in": now.get(one["message"]["id"])} for one in own]


def of_request(body):
    """The request that a message is about, and the event's id where it tells of one."""
    try:
        if body.startswith("{"):
            event = json.loads(body)
            return json.loads(event["data"]).get("request_id"), event["id"]
        task = json.loads(base64.b64decode(body, validate=True))
        if not task["headers"]["task"].endswith(".verify_request"):
            return None, None
        [arguments, *_] = json.loads(base64.b64decode(task["body"]))
        return arguments[0], None
    except (KeyError, ValueError, TypeError, AttributeError, IndexError):
        return None, None
