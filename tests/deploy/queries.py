#!/usr/bin/python3
"""Judges the dashboard's queries and the rules by a Prometheus that scrapes a running pair.

Usage: queries.py PROMETHEUS_URL DASHBOARD.json

Every query of the dashboard must yield something, which no misspelt metric, label or
value does, and every metric that a rule names must be there. Waits for both, up to a
minute, since rates need two scrapes.
"""

import json
import re
import sys
import time
import urllib.parse
import urllib.request

VARIABLES = {"$namespace": ".*", "$__rate_interval": "30s"}
WORDS = {"and", "or", "unless", "bool", "offset", "ignoring", "on", "by", "without", "group_left",
         "group_right", "inf", "nan"}


def ask(url, path, **parameters):
    query = urllib.parse.urlencode(parameters)
    try:
        with urllib.request.urlopen(f"{url}/api/v1/{path}?{query}", timeout=10) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as error:
        sys.exit(f"{path}: {parameters}: {error.read().decode()}")


def dashboard_queries(dashboard):
    """Yields (where, query) for each query, variables filled in."""
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            query = target["expr"]
            for name, value in VARIABLES.items():
                query = query.replace(name, value)
            if "$" in query:
                sys.exit(f'panel "{panel["title"]}": unknown variable in {query}')
            yield f'panel "{panel["title"]}"', query


def metrics_in(expression):
    """The metrics that a PromQL expression names."""
    expression = re.sub(r'"(?:[^"\\]|\\.)*"', "", expression)
    expression = re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", expression)
    expression = re.sub(r"\b(by|without|on|ignoring)\s*\([^)]*\)", "", expression)
    words = re.findall(r"(?<![\w.])[A-Za-z_:][\w:]*\b(?!\s*\()", expression)
    return {word for word in words if word.lower() not in WORDS}


def problems(url, dashboard):
    empty = [f"{where}: nothing for {query}" for where, query in dashboard_queries(dashboard)
             if not ask(url, "query", query=query)["result"]]
    known = set(ask(url, "label/__name__/values"))
    rules = [rule for group in ask(url, "rules")["groups"] for rule in group["rules"]]
    if not rules:
        return ["Prometheus has no rules"]
    unknown = [f'rule {rule["name"]}: no process exports {name}'
               for rule in rules for name in sorted(metrics_in(rule["query"]) - known)]
    broken = [f'rule {rule["name"]}: {rule["lastError"]}' for rule in rules if rule.get("lastError")]
    return empty + unknown + broken


def main():
    url, dashboard_file = sys.argv[1:]
    with open(dashboard_file, encoding="utf-8") as file:
        dashboard = json.load(file)
    queries = list(dashboard_queries(dashboard))
    if not queries:
        sys.exit("the dashboard has no query")
    deadline = time.monotonic() + 60
    while found := problems(url, dashboard):
        if time.monotonic() > deadline:
            sys.exit("\n".join(found))
        time.sleep(1)
    print(f"each of {len(queries)} queries yields something, and each rule's metrics are there")


if __name__ == "__main__":
    main()
