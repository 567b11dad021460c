"""Raw requests to a stand-in, as any client would send them."""

import requests

TOKENS = {1: "customers", 2: "results"}


class Wire:
    """Raw HTTP with the token of the app that is asked; JSON bodies unless parameters are given."""

    def __init__(self, url):
        self.base = f"{url}/k/v1/"
        self.session = requests.Session()

    def send(self, method, path, token=None, headers=None, **rest):
        content = rest.get("json") or rest.get("params") or {}
        own = TOKENS.get(int(content.get("app") or content.get("id") or 1), "customers")
        sent = {"X-Cybozu-API-Token": own if token is None else token, **(headers or {})}
        sent = {name: value for name, value in sent.items() if value}
        return self.session.request(
            method, self.base + path, headers=sent, timeout=10, allow_redirects=False, **rest
        )

    def get(self, path, **parameters):
        return self.send("GET", path, params=parameters)

    def post(self, path, **body):
        return self.send("POST", path, json=body)

    def put(self, path, **body):
        return self.send("PUT", path, json=body)

    def add(self, app=1, **values):
        """One record with these values."""
        return self.post("records.json", app=app, records=[wrapped(values)])

    def upsert(self, field, key, app=1, **values):
        """One record with these values, found by its key or new."""
        item = {"updateKey": {"field": field, "value": key}, "record": wrapped(values)}
        return self.put("records.json", app=app, upsert=True, records=[item])

    def found(self, query, app=1):
        """The numbers of the records that a query finds, in its order."""
        answer = self.send("GET", "records.json", json={"app": app, "query": query})
        assert answer.status_code == 200, answer.text
        return [int(record["$id"]["value"]) for record in answer.json()["records"]]

    def query_code(self, query, app=1):
        """Status and code of a query that is refused."""
        return told(self.send("GET", "records.json", json={"app": app, "query": query}))


def wrapped(values):
    """A record as the wire has it."""
    return {code: {"value": value} for code, value in values.items()}


def told(answer):
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def wrong(answer):
    """The places of a validation error."""
    assert told(answer) == (400, "CB_VA01"), answer.text
    return answer.json()["errors"]
