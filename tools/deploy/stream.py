#!/usr/bin/env python3
"""Create Deployments without a pause, until told to stop by SIGTERM; ends with 1 when one create failed.

usage: stream.py SOCKET NAMESPACE

SOCKET is that of `kubectl proxy --unix-socket`. The creates are dry runs: all of admission sees them, nothing is kept.
"""
import collections, http.client, json, signal, socket, sys, time

PAUSE_SECONDS = 0.02  # at most 50 creates a second: a steady stream, and no load test


class SocketConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def deployment(number):
    labels = {"app.kubernetes.io/name": "stream"}
    return json.dumps({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": f"stream-{number}", "annotations": {"example.com/owner": "stream@example.com"}},
        "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": {
            "metadata": {"labels": labels}, "spec": {"containers": [{"name": "a", "image": "localhost/a:1"}]}}},
    })


def main(path, namespace):
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    connection = SocketConnection(path)
    failures, created, labelled, slowest = collections.Counter(), 0, 0, 0.0
    while not stopped:
        begin = time.monotonic()
        connection.request(
            "POST", f"/apis/apps/v1/namespaces/{namespace}/deployments?dryRun=All", deployment(created),
            {"Content-Type": "application/json"})
        answer = connection.getresponse()
        body = json.load(answer)
        slowest = max(slowest, time.monotonic() - begin)
        created += 1
        if answer.status == 201:
            labelled += "app.kubernetes.io/managed-by" in body["metadata"].get("labels", {})
        else:
            failures[body.get("message")] += 1
        time.sleep(PAUSE_SECONDS)
    print(f"{created} creates, {sum(failures.values())} failed, {labelled} labelled, the slowest took {slowest:.2f} s")
    for message, count in failures.most_common(5):
        print(f"  {count} x {message}")
    return 1 if failures else 0


sys.exit(main(*sys.argv[1:]))
