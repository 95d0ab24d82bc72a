#!/usr/bin/env python3
"""Counts of a CDNOW file, made apart from the product: cdnow.py FILE [HIGH_ABOVE MID_FROM]."""

import collections
import json
import sys


def cents(text):
    whole, fraction = text.split(".")
    assert len(fraction) == 2, text
    return int(whole) * 100 + int(fraction)


def tier(spend, high_above, mid_from):
    if spend > high_above:
        return "high"
    return "mid" if spend >= mid_from else "low"


def main(path, high_above="500.00", mid_from="100.00"):
    # The sample has a second customer number; date, quantity and amount are the last three.
    rows = [tuple(line.split()) for line in open(path)]
    rows = [row for row in rows if row and row[0].isdigit()]
    spend = collections.Counter()
    for row in rows:
        spend[row[0]] += cents(row[-1])
    limits = cents(high_above), cents(mid_from)
    tiers = collections.Counter(tier(total, *limits) for total in spend.values())
    print(
        json.dumps(
            {
                "customers": len(spend),
                "purchases": len(rows),
                "sum_cents": sum(spend.values()),
                "rows_equal_to_an_earlier_one": len(rows) - len(set(rows)),
                "purchases_of_nothing": sum(cents(row[-1]) == 0 for row in rows),
                "first_date": min(row[-3] for row in rows),
                "last_date": max(row[-3] for row in rows),
                "at_a_threshold": sum(total in limits for total in spend.values()),
                "tiers": {name: tiers[name] for name in ("high", "mid", "low")},
            },
            indent=2,
        )
    )


main(*sys.argv[1:])
