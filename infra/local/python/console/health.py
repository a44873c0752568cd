"""How the stack does: whether the API answers, each function, each queue, and what
was logged for a request."""

import asyncio
import json
import time

from . import emulated

# Answers once the functions do, and needs no sign-in.
PROBE = "/.well-known/jwks.json"
PROBE_EVERY = 15
PLATFORM = ("INIT_START", "START RequestId", "END RequestId", "REPORT RequestId")
# Log lines may come a little late.
LATE = 2_000
MOST_LINES = 100


class Health:
    """What was found of the stack's health, so that little is looked at again."""

    def __init__(self, api):
        self.api = api
        self.asked, self.asking = 0, None
        self.probe = None
        self.looked = {}

    def of_api(self):
        """Whether the API answered last; it is asked again now and then."""
        now = time.time()
        if now - self.asked > PROBE_EVERY:
            self.asked = now
            if self.asking and not self.asking.done():
                self.probe = {"at": round(now * 1000), "status": None, "took": None}
            else:
                self.asking = asyncio.create_task(self.ask())
        return self.probe

    async def ask(self):
        start = time.time()
        status = await get(self.api, PROBE)
        self.probe = {"at": round(start * 1000), "status": status, "took": round((time.time() - start) * 1000)}

    def of_functions(self):
        return [self.of_function(name, about) for name, about in sorted(emulated.functions().items())]

    def of_function(self, name, about):
        """When it was deployed, called and wrong last; only what was logged since
        the last look is read."""
        looked = self.looked.get(name, {"until": 0, "called": None, "error": None})
        latest, called, error = looked["until"], looked["called"], looked["error"]
        for history in emulated.log_lines(name, max(0, latest - LATE)):
            for event in history:
                at = event["timestamp"]
                latest = max(latest, at)
                called = max(called or 0, at) if is_call(event) else called
                if (wrong := error_in(event)) and (not error or at >= error["at"]):
                    error = {"at": at} | wrong
        self.looked[name] = {"until": latest, "called": called, "error": error}
        return {
            "name": name,
            "state": about.get("State", ""),
            "deployed": about.get("LastModified"),
            "called": called,
            "error": error,
        }


def is_call(event):
    return event["message"].startswith("START RequestId")


def error_in(event):
    """What is wrong, where a line says that something is."""
    line = emulated.said(event) if '"ERROR"' in event["message"] else {}
    if line.get("level") != "ERROR":
        return None
    return {"operation": line.get("operation"), "text": line.get("error") or line.get("message")}


def of_queues():
    """How much waits, is being worked on, or was set aside; dead letters stand with
    the queue that they come from."""
    now = time.time()
    found = {name: (attributes, messages) for name, attributes, messages in emulated.queues()}
    dead_of = {name: dead_letters(attributes) for name, (attributes, _) in found.items()}
    others = set(dead_of.values())
    return [
        counted(messages, now) | {"name": name, "dead": dead_of[name] and {
            "name": dead_of[name], "count": len(found.get(dead_of[name], ({}, []))[1])}}
        for name, (_, messages) in sorted(found.items())
        if name not in others
    ]


def dead_letters(attributes):
    policy = json.loads(attributes.get("RedrivePolicy") or "{}")
    return policy.get("deadLetterTargetArn", "").rpartition(":")[2] or None


def counted(messages, now):
    hidden = [m for m in messages if m["visible_at"] > now]
    flying = sum(m["receive_count"] > 0 for m in hidden)
    return {
        "waiting": len(messages) - len(hidden),
        "flying": flying,
        "delayed": len(hidden) - flying,
        "oldest": round(min(m["sent_at"] for m in messages) * 1000) if messages else None,
    }


def lines_of(request_id):
    """What functions logged as they served a request, oldest first."""
    found = []
    for name in emulated.functions():
        calls = (call for history in emulated.log_lines(name) for call in calls_in(history))
        for call in calls:
            if any(request_id in event["message"] for event in call):
                found += [line(name, event) for event in call if not event["message"].startswith(PLATFORM)]
    return sorted(found, key=lambda one: one["at"])[-MOST_LINES:]


def calls_in(history):
    """A process serves one call after the other: its events, call by call."""
    calls = []
    for event in history:
        if is_call(event) or not calls:
            calls.append([])
        calls[-1].append(event)
    return calls


def line(function, event):
    """A line without its metrics, which say again what it says."""
    said = {name: value for name, value in emulated.said(event).items() if name != "_aws"}
    text = json.dumps(said, indent=1, ensure_ascii=False) if said else event["message"].rstrip()
    return {"at": event["timestamp"], "function": function, "text": text}


async def get(app, path):
    """The status of a GET that an app answers, or none where it doesn't."""
    found = None

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(event):
        nonlocal found
        if event["type"] == "http.response.start":
            found = event["status"]

    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "headers": [], "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
    }
    try:
        await app(scope, receive, send)
    except Exception:  # Whatever it is, there is no answer.
        return None
    return found
