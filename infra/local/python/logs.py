"""Prints what functions logged, oldest first.

Usage: logs.py <stack> <function, or an empty word for all> <follow: yes or no>
"""

import sys
import time

import boto3

PLATFORM = ("INIT_START", "START RequestId", "END RequestId", "REPORT RequestId")
LATEST = 200


def main(stack, function, follow):
    logs = boto3.client("logs")
    prefix = f"/aws/lambda/{stack}-{function}"
    start, shown = 0, set()
    while True:
        events = []
        for group in logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]:
            name = group["logGroupName"]
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=name, startTime=start)
            events += [(e["timestamp"], name.removeprefix(f"/aws/lambda/{stack}-"), e["message"].rstrip())
                       for page in pages for e in page["events"]]
        fresh = sorted(set(e for e in events if not e[2].startswith(PLATFORM)) - shown)
        for timestamp, name, message in fresh if shown else fresh[-LATEST:]:
            clock = time.strftime("%H:%M:%S", time.localtime(timestamp / 1000))
            print(f"{clock}.{timestamp % 1000:03} {name:10} {message}", flush=True)
        if not follow:
            return
        shown = set(fresh) | {e for e in shown if e[0] >= start}
        start = max((e[0] for e in shown), default=0)
        time.sleep(1)


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2], sys.argv[3] == "yes")
    except KeyboardInterrupt:
        pass
