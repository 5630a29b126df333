#!/usr/bin/env python3
"""A steady stream of creates, until told to stop by SIGTERM; ends with 1 when one of them failed.

usage: stream.py [--stored | --shows] NAMESPACE LEAST KUBECTL...

KUBECTL is how kubectl is called there, in one word or several. Each create is a dry run of a Deployment: all of
admission sees it, nothing is kept. With --stored, each is a Pod that is kept, and that no scheduler looks at; with
--shows, every other is a Show of the sample API server that is kept, and those between are lists, 20 a second of both.
The stream goes on until there were LEAST of them. Its first line, at once, says that creates are under way; its last one
is what came of them, as JSON:

  created, perSecond   the creates that were answered
  labelled             those that have the label of the sample's mutating rule, whose webhook may be passed over
  slowestSeconds       the longest time that one took
  failures             {message: count}
"""
import collections, http.client, json, os, signal, socket, subprocess, sys, tempfile, threading, time

PER_SECOND = {"": 60, "--stored": 60, "--shows": 20}  # 50 are asked for, on a machine that may be busy; of Shows 20
CONNECTIONS = 8  # as one create may wait for seconds
LABEL = "app.kubernetes.io/managed-by"


class SocketConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def deployment():
    labels = {"app.kubernetes.io/name": "stream"}
    return json.dumps({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "stream", "annotations": {"example.com/owner": "stream@example.com"}},
        "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": {
            "metadata": {"labels": labels}, "spec": {"containers": [{"name": "a", "image": "localhost/a:1"}]}}},
    })


def pod(name):
    return json.dumps({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
        "spec": {"schedulerName": "none", "containers": [{"name": "a", "image": "localhost/a:1"}]},
    })


def show():
    return json.dumps({
        "apiVersion": "theatre.example.com/v1", "kind": "Show",
        "metadata": {"generateName": "stream-"},
        "spec": {"title": "Hamlet", "seats": 2},
    })


class Stream:
    def __init__(self, path, namespace, least, kind):
        self.path, self.namespace, self.least, self.kind = path, namespace, least, kind
        self.per_second = PER_SECOND[kind]
        self.told = threading.Event()
        self.lock = threading.Lock()
        self.created, self.labelled, self.slowest = 0, 0, 0.0
        self.failures = collections.Counter()

    def ended(self):
        return self.told.is_set() and self.created >= self.least

    def request(self, number):
        """The method, the path and the body."""
        if self.kind == "--stored":
            return "POST", f"/api/v1/namespaces/{self.namespace}/pods", pod(f"stream-{number}")
        if self.kind == "--shows":
            shows = f"/apis/theatre.example.com/v1/namespaces/{self.namespace}/shows"
            return ("POST", shows, show()) if number % 2 else ("GET", shows + "?limit=10", None)
        return "POST", f"/apis/apps/v1/namespaces/{self.namespace}/deployments?dryRun=All", deployment()

    def create(self, number, due):
        connection = SocketConnection(self.path)
        while not self.ended():
            time.sleep(max(0, due - time.monotonic()))
            due += CONNECTIONS / self.per_second
            method, url, body = self.request(number)
            number += CONNECTIONS
            begin = time.monotonic()
            try:
                connection.request(method, url, body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                body = json.load(answer)
                labelled = LABEL in body.get("metadata", {}).get("labels", {})
                failure = None if answer.status == (201 if method == "POST" else 200) else body.get("message", str(answer.status))
            except (OSError, http.client.HTTPException, ValueError) as e:
                connection.close()
                labelled, failure = False, f"{type(e).__name__}: {e}"
            with self.lock:
                self.slowest = max(self.slowest, time.monotonic() - begin)
                self.created += 1
                self.labelled += labelled
                if failure is not None:
                    self.failures[failure] += 1

    def run(self):
        begin = time.monotonic()
        threads = [threading.Thread(target=self.create, args=(i, begin + i / self.per_second)) for i in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        print("creates are under way", flush=True)
        for thread in threads:
            thread.join()
        print(json.dumps({
            "created": self.created, "perSecond": round(self.created / (time.monotonic() - begin)),
            "labelled": self.labelled, "slowestSeconds": round(self.slowest, 2), "failures": self.failures}))
        return 1 if self.failures else 0


def main(*arguments):
    kind = arguments[0] if arguments[0].startswith("--") else ""
    namespace, least, *kubectl = arguments[bool(kind):]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "socket")
        # in a process group of its own: what enters the node has a child there
        proxy = subprocess.Popen([*kubectl, "proxy", "--unix-socket=" + path], stdout=subprocess.DEVNULL,
                                 start_new_session=True)
        try:
            while not os.path.exists(path):
                if proxy.poll() is not None:
                    sys.exit("kubectl proxy ended")
                time.sleep(0.05)
            stream = Stream(path, namespace, int(least), kind)
            signal.signal(signal.SIGTERM, lambda *_: stream.told.set())
            return stream.run()
        finally:
            os.killpg(proxy.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
