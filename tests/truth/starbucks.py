#!/usr/bin/env python3
"""Visit bands of the Starbucks transactions, made apart from the product: starbucks.py FILE [HOUR …].

Hour 0 is the start of a business day (UTC, cut-off 0), so hour // 24 is the business day.
A window of w hours as of hour H is (H - w, H].
"""

import collections
import gzip
import json
import sys

WEEK, MONTH, NEWCOMER = 7 * 24, 30 * 24, 14 * 24


def read(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt") as lines:
        for line in lines:
            if line.strip():
                event = json.loads(line)
                if event["event"] == "transaction":
                    yield event["person"], event["time"], event["value"]["amount"]


def visits(hours, now, window, by_days):
    inside = [hour for hour in hours if now - window < hour <= now]
    return len({hour // 24 for hour in inside}) if by_days else len(inside)


def band(hours, now, by_days, newcomer):
    past = [hour for hour in hours if hour <= now]
    if not past:
        return "none"
    if visits(past, now, WEEK, by_days) >= 3:
        return "high"
    month = visits(past, now, MONTH, by_days)
    if month == 0:
        return "lapsed"
    if month <= 2:
        return "new" if newcomer and now < min(past) + NEWCOMER else "low"
    return "regular"


def main(path, *hours):
    people = collections.defaultdict(list)
    transactions = list(read(path))
    for person, hour, _ in transactions:
        people[person].append(hour)
    result = {
        "customers": len(people),
        "purchases": len(transactions),
        "sum_cents": sum(round(amount * 100) for _, _, amount in transactions),
        "purchases_of_nothing": sum(amount == 0 for _, _, amount in transactions),
        "last_hour": max(hour for _, hour, _ in transactions),
    }
    for now in map(int, hours or ("714", "800", "1200")):
        for by_days in (True, False):
            for newcomer in (True, False):
                key = f"{now} by {'days' if by_days else 'purchases'}"
                key += ", newcomers 14 days" if newcomer else ", no newcomers"
                counted = collections.Counter(
                    band(times, now, by_days, newcomer) for times in people.values()
                )
                names = ("high", "regular", "low", "new", "lapsed", "none")
                result[key] = {name: counted[name] for name in names}
    print(json.dumps(result, indent=2))


main(*sys.argv[1:])
