"""Calls the published client as told: a call a line comes in, an answer a line goes out, all JSON.

A call names a method below the client, and its arguments. `expire` lets the client think that its
token runs out; `uncalled` names the methods for providers that nobody has called.
"""

import datetime
import inspect
import json
import sys

from tesla_ce_client import Client
from tesla_ce_client.provider.enrolment import SampleValidationStatus
from tesla_ce_client.provider.verification import RequestResultStatus

client = Client()
called = set()


def methods():
    yield from ("get_next", "get_previous", "provider.get")
    for part in ("enrolment", "notification", "verification"):
        found = inspect.getmembers(getattr(client.provider, part), inspect.ismethod)
        yield from (f"provider.{part}.{name}" for name, _ in found if not name.startswith("_"))


def in_python(name, arguments):
    """What JSON has no types for."""
    if "when" in arguments:
        arguments["when"] = datetime.datetime.fromisoformat(arguments["when"])
    if "status" in arguments:
        is_sample = name.startswith("provider.enrolment")
        kind = SampleValidationStatus if is_sample else RequestResultStatus
        arguments["status"] = kind(arguments["status"])
    return arguments


def answer(name, arguments):
    if name == "expire":
        client._connector._token_exp = datetime.datetime.min
        return None
    if name == "uncalled":
        return sorted(set(methods()) - called)
    called.add(name)
    found = client
    for part in name.split("."):
        found = getattr(found, part)
    return found(**in_python(name, arguments)) if callable(found) else found


for line in sys.stdin:
    try:
        told = {"answer": answer(*json.loads(line))}
    except Exception as error:
        told = {"raised": type(error).__name__, "text": str(error)}
    print(json.dumps(told), flush=True)
