"""What became of a verification request, step by step: from the table, from the
messages on their way, and from the API requests that name it.

A step is {"at", "what", "detail", "state", "requestId"}: the time in milliseconds
since 1970, or none where it isn't known or is still to come; the state is "done",
"open" or "failed".
"""

from datetime import datetime

from . import emulated

MOST = 50
# As the domain numbers them.
RESULTS = ["pending", "processed", "error", "timeout", "no provider", "not enrolled", "being worked on",
           "waiting for another service"]
OPEN, FAILED = {0, 6, 7}, {2, 3, 4}
CODES = ["", "ok", "warning", "alert"]
TOLD = {"Taken": "told", "Nobody": "its organisation has none any more", "Gone": "it said that it is gone for good"}


def recent():
    """The latest requests, newest first: their numbers grow with time."""
    found = sorted(emulated.partitions("REQUEST#"), reverse=True)[:MOST]
    requests = (read(partition) for partition in found)
    return [in_short(header, results) for header, results in requests if header]


def read(partition):
    """A request's header and results."""
    items = emulated.items(partition)
    return items.get("REQUEST"), [item for place, item in items.items() if place.startswith("RESULT#")]


def in_short(header, results):
    answered = sum(result["status"] not in OPEN for result in results)
    return {
        "id": str(header["id"]),
        "at": moment(header["created_at"]),
        "state": state(header),
        "answered": answered,
        "asked": len(results),
    }


def state(header):
    if header.get("cancelled_at"):
        return "cancelled"
    return "complete" if header.get("completed_at") else "open"


def of(number, posted, seen):
    """A request's steps, or none where there is no such request."""
    header, results = read(f"REQUEST#{number:016}")
    if not header:
        return None
    messages = posted.of(number)
    steps = [handed_in(header, seen), *outbox(header)]
    steps += [step for message in messages for step in on_its_way(message)]
    steps += [answer(result) for result in results]
    steps += [named(request) for request in seen.requests if f"/request/{number}/" in request["path"]]
    steps += changes(header)
    if header.get("completed_at") and not any(message["event"] for message in messages):
        steps.append(untold(header))
    done = sorted((one for one in steps if one["at"]), key=lambda one: one["at"])
    return in_short(header, results) | {"steps": done + [one for one in steps if not one["at"]]}


def step(at, what, detail="", state="done", request_id=""):
    return {"at": at, "what": what, "detail": detail, "state": state, "requestId": request_id}


def handed_in(header, seen):
    at, place = moment(header["created_at"]), f"{header['organisation_id']}/{header['learner_id']}"
    asked = "instruments " + ", ".join(str(one) for one in header["instruments"])
    for request in seen.requests:
        is_it = request["method"] == "POST" and place in request["path"]
        if is_it and request["at"] <= at <= request["at"] + request["took"] + 1:
            return step(at, "Handed in", asked, request_id=request["requestId"])
    return step(at, "Handed in", asked)


def outbox(header):
    """Whether its messages are sent, which is as soon as its row is gone."""
    number, made = header["id"], moment(header["created_at"])
    if f"{made:015}#{number:016}" in emulated.items(f"OUTBOX#{number % 8:02}"):
        yield step(None, "Waits in the outbox", "the relay hasn't sent it yet", "open")
    for said in logged("-relay", "sent", str(number)):
        if said.get("row") == number:
            yield step(moment(said["timestamp"]), "Out of the outbox", f"{said['tasks']} sent to providers' queues")


def on_its_way(posted):
    """A message's steps through its queue."""
    message, queue, now_in = posted["message"], posted["queue"], posted["now_in"]
    what = "Event" if posted["event"] else "Task"
    yield step(round(message["sent_at"] * 1000), f"{what} in {queue}")
    if taken := message.get("first_receive_at"):
        times = message["receive_count"]
        yield step(round(taken * 1000), f"{what} taken from {queue}", f"{times} times so far" if times > 1 else "")
    if now_in and now_in != queue:
        yield step(None, f"{what} set aside in {now_in}", "dead letter", "failed")
    elif now_in:
        yield step(None, f"{what} is in {queue}", "being worked on" if taken else "nobody has taken it yet", "open")
    if posted["event"]:
        yield from told(posted["event"])


def told(event):
    """What the messenger says of an event."""
    for said in logged("-messenger", "told", event):
        if said.get("id") == event:
            yield step(moment(said["timestamp"]), "Webhook", TOLD.get(said["told"], said["told"]))


def logged(function, message, about):
    """What a function logged about something."""
    for name in emulated.functions():
        histories = emulated.log_lines(name) if name.endswith(function) else []
        for event in (event for history in histories for event in history):
            if about in event["message"] and f'"{message}"' in event["message"]:
                yield emulated.said(event)


def answer(result):
    status, code, who = result["status"], CODES[result.get("code") or 0], provider(result["provider_id"])
    if status in OPEN and result["version"] == 1:
        return step(None, f"{who} hasn't answered", RESULTS[status], "open")
    state = "open" if status in OPEN else "failed" if status in FAILED else "done"
    said = [RESULTS[status], code, "" if result.get("result") is None else f"result {result['result']:g}"]
    what = {"done": "answered", "open": "says", "failed": "failed"}[state]
    return step(moment(result["updated_at"]), f"{who} {what}", ", ".join(filter(None, said)), state)


def provider(number):
    item = emulated.items(f"PROVIDER#{number:016}").get("PROVIDER", {})
    return f"{item.get('name', 'Provider')} ({number})"


def named(request):
    what = f"{request['method']} {request['path']}"
    state = "failed" if not 0 < request["status"] < 500 else "done"
    return step(request["at"], what, f"{request['status'] or 'no answer'}", state, request["requestId"])


def changes(header):
    if header.get("asked_at"):
        yield step(moment(header["asked_at"]), "Providers asked again", f"{header['asked_again']} times so far")
    if header.get("cancelled_at"):
        yield step(moment(header["cancelled_at"]), "Cancelled", "by its organisation")
    if header.get("completed_at"):
        yield step(moment(header["completed_at"]), "Complete", "no answer is to come any more")


def untold(header):
    webhook = emulated.items(f"ORGANISATION#{header['organisation_id']}").get("WEBHOOK")
    at = moment(header["completed_at"])
    if webhook:
        return step(at, "Webhook", "no event was sent since the local AWS started")
    return step(at, "No webhook", "its organisation has set none")


def moment(text):
    """Milliseconds since 1970."""
    return int(datetime.fromisoformat(text).timestamp() * 1000)
