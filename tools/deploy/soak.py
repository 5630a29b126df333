#!/usr/bin/env python3
"""Load, mishaps and their judgement for soak.sh; ends with 1 when a request was lost or something grew.

usage: soak.py MINUTES FOLDER KUBECTL...

A line a minute, then a table of what was judged, and "N passed, N failed, 0 skipped". FOLDER gets samples.csv (seconds,
process, age, RSS in KiB, threads), events.log, and the servers' logs.
"""
import collections, glob, http.client, json, os, random, re, signal, subprocess, sys, tempfile, threading, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stream import SocketConnection, deployment

NAMESPACE = "soak"
SERVER = "labeler-system"
PER_SECOND = 30
CONNECTIONS = 8
HANGS_EVERY = 600  # requests
ROLLOUT_SECONDS = 120
MISHAP_SECONDS = (40, 80)
# After a kill -9: until the kubelet has seen it and kube-proxy has heard.
EXCUSED_SECONDS = 8
SAMPLE_SECONDS = 5
# A JVM's first minute is compilation.
SETTLED_SECONDS = 60
# What the hanging rule gives, and a process whose Pod was killed or ended.
EXPECTED_LOG = re.compile(r"Soak\.hang|hang-|stopping|is stopping|not tried")
BROKEN = re.compile(r"failed calling webhook|context deadline|connection refused|EOF")


class Soak:
    def __init__(self, minutes, folder, kubectl):
        self.seconds = 60 * minutes
        self.folder = folder
        self.kubectl = kubectl
        self.begin = time.monotonic()
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.lost, self.excused = collections.Counter(), 0
        self.killed = []
        self.samples = []
        self.born = {}
        self.followed = {}
        self.serials = set()

    def now(self):
        return time.monotonic() - self.begin

    def run_kubectl(self, *words, check=True):
        done = subprocess.run([*self.kubectl, *words], capture_output=True, text=True)
        if check and done.returncode:
            raise RuntimeError(f"kubectl {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def event(self, text):
        with self.lock, open(f"{self.folder}/events.log", "a") as log:
            log.write(f"{self.now():7.1f} {text}\n")

    # -- load ------------------------------------------------------------------------------------------------------

    def requests(self, number):
        """One object's life: (operation, method, path, body, statuses that are right)."""
        name = f"o-{number}"
        maps = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
        config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"n": str(number)}}
        hang = dict(config, metadata={"name": f"hang-{number}"})
        pods = f"/api/v1/namespaces/{NAMESPACE}/pods"
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "annotations": {"example.com/owner": "a@b"}},
               "spec": {"containers": [{"name": "a", "image": "localhost/a:1"}]}}
        yield "create", "POST", maps, config, (201,)
        yield "update", "PUT", f"{maps}/{name}", config, (200,)
        yield "patch", "PATCH", f"{maps}/{name}", {"data": {"p": "1"}}, (200,)
        yield "delete", "DELETE", f"{maps}/{name}", None, (200,)
        yield "dry run", "POST", f"{pods}?dryRun=All", pod, (201,)
        yield "dry run of a Deployment", "POST", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments?dryRun=All", \
            json.loads(deployment()), (201,)
        # No kubelet has the Pod, so what comes behind the webhook is 400.
        yield "connect", "POST", f"{pods}/unscheduled/exec?command=x&stdout=1", None, (400, 101)
        if number % HANGS_EVERY == 0:
            yield "a rule hangs", "POST", f"{maps}?dryRun=All", hang, (201,)

    def load(self, path, first):
        connection = SocketConnection(path)
        due = time.monotonic() + first / PER_SECOND
        for number in range(first, sys.maxsize, CONNECTIONS):
            for operation, method, url, body, right in self.requests(number):
                if self.over.is_set():
                    return
                time.sleep(max(0, due - time.monotonic()))
                due = max(due, time.monotonic() - 1) + CONNECTIONS / PER_SECOND
                began = self.now()
                try:
                    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
                    connection.request(method, url, json.dumps(body) if body is not None else None, {"Content-Type": kind})
                    answer = connection.getresponse()
                    text = answer.read().decode()
                    wrong = None if answer.status in right and not BROKEN.search(text) else f"{answer.status} {text[:300]}"
                except (OSError, http.client.HTTPException) as e:
                    connection.close()
                    wrong = f"{type(e).__name__}: {e}"
                self.count(operation, began, wrong)

    def count(self, operation, began, wrong):
        with self.lock:
            self.counts[operation] += 1
            if wrong is None:
                return
            # Without its create, what follows on an object is not found; that is the same loss.
            if any(at - 1 <= self.now() and began <= at + EXCUSED_SECONDS for at in self.killed):
                self.excused += 1
            else:
                self.lost[f"{operation}: {wrong}"] += 1

    # -- mishaps ---------------------------------------------------------------------------------------------------

    def rollouts(self):
        while not self.over.wait(ROLLOUT_SECONDS):
            self.event("rollout restart")
            self.run_kubectl("rollout", "restart", "deployment", "labeler", "-n", SERVER)

    def mishaps(self):
        hard = True
        while not self.over.wait(random.uniform(*MISHAP_SECONDS)):
            if hard:
                pid = random.choice(list(self.servers()) or [None])
                if pid:
                    with self.lock:
                        self.killed.append(self.now())
                    self.event(f"kill -9 {pid}")
                    os.kill(pid, signal.SIGKILL)
            else:
                pods = self.run_kubectl("get", "pods", "-n", SERVER, "-l", "app.kubernetes.io/name=labeler",
                                        "--field-selector=status.phase=Running", "-o", "name").split()
                pod = random.choice([each for each in pods if "authority" not in each])
                self.event(f"delete {pod}")
                self.run_kubectl("delete", pod, "-n", SERVER, "--wait=false", check=False)
            hard = not hard

    # -- what is watched -------------------------------------------------------------------------------------------

    def servers(self):
        """pid of each usher serve in a container."""
        for cmdline in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                with open(cmdline, "rb") as file:
                    words = file.read().split(b"\0")
            except OSError:
                continue
            if b"/usher/usher.jar" in words and b"serve" in words:
                yield int(cmdline.split("/")[2])

    def sample(self):
        with open(f"{self.folder}/samples.csv", "w") as log:
            log.write("seconds,pid,age,rss_kib,threads\n")
            while not self.over.wait(SAMPLE_SECONDS):
                for pid in self.servers():
                    try:
                        with open(f"/proc/{pid}/status") as file:
                            status = file.read()
                    except OSError:
                        continue
                    rss = re.search(r"VmRSS:\s+(\d+)", status)
                    threads = re.search(r"Threads:\s+(\d+)", status)
                    if not rss:
                        continue
                    age = self.now() - self.born.setdefault(pid, self.now())
                    row = (self.now(), pid, age, int(rss[1]), int(threads[1]))
                    self.samples.append(row)
                    log.write("%.0f,%d,%.0f,%d,%d\n" % row)
                    log.flush()

    def follow(self):
        """The log of each Pod into a file of its own, and the serial of each certificate."""
        while not self.over.wait(2):
            listed = self.run_kubectl("get", "pods", "-n", SERVER, "-o", "name", check=False).split()
            for pod in listed:
                name = pod.split("/")[1]
                restarts = self.run_kubectl("get", pod, "-n", SERVER, "-o",
                                            "jsonpath={.status.containerStatuses[0].restartCount}", check=False)
                if (name, restarts) not in self.followed and restarts:
                    file = open(f"{self.folder}/logs/{name}-{restarts}.log", "w")
                    self.followed[name, restarts] = subprocess.Popen(
                        [*self.kubectl, "logs", "-f", "-n", SERVER, name], stdout=file, stderr=subprocess.DEVNULL,
                        start_new_session=True)
            self.serials.add(self.run_kubectl("get", "secret", "labeler-tls", "-n", SERVER, "-o",
                                              "jsonpath={.data.tls\\.crt}", check=False))

    def unexpected(self):
        found = collections.Counter()
        for path in glob.glob(f"{self.folder}/logs/*.log"):
            with open(path, errors="replace") as log:
                for line in log:
                    try:
                        entry = json.loads(line)
                    except ValueError:
                        continue
                    if entry.get("level") in ("WARN", "ERROR") and not EXPECTED_LOG.search(line):
                        found[f"{entry['level']} {entry.get('message', line)[:200]}"] += 1
        return found

    # -- the whole -------------------------------------------------------------------------------------------------

    def prepare(self):
        self.run_kubectl("create", "namespace", NAMESPACE)
        self.run_kubectl("label", "namespace", NAMESPACE, "usher.io/soak=yes")
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "unscheduled", "namespace": NAMESPACE},
               "spec": {"nodeName": "", "schedulerName": "none", "containers": [{"name": "a", "image": "localhost/a:1"}]}}
        subprocess.run([*self.kubectl, "create", "-f", "-"], input=json.dumps(pod), text=True, check=True,
                       stdout=subprocess.DEVNULL)

    def run(self):
        self.prepare()
        with tempfile.TemporaryDirectory() as home:
            path = os.path.join(home, "socket")
            proxy = subprocess.Popen([*self.kubectl, "proxy", "--unix-socket=" + path, "--reject-paths=^$"],
                                     stdout=subprocess.DEVNULL, start_new_session=True)
            try:
                while not os.path.exists(path):
                    if proxy.poll() is not None:
                        sys.exit("kubectl proxy ended")
                    time.sleep(0.05)
                self.begin = time.monotonic()
                threads = [threading.Thread(target=self.load, args=(path, i)) for i in range(CONNECTIONS)]
                threads += [threading.Thread(target=each) for each in
                            (self.rollouts, self.mishaps, self.sample, self.follow)]
                for thread in threads:
                    thread.start()
                while self.now() < self.seconds:
                    time.sleep(min(60, max(0, self.seconds - self.now())))
                    with self.lock:
                        print(f"{self.now() / 60:4.0f} min: {sum(self.counts.values())} requests, {len(self.killed)} killed, "
                              f"{self.excused} lost by that, {sum(self.lost.values())} lost otherwise", flush=True)
                self.over.set()
                for thread in threads:
                    thread.join()
            finally:
                os.killpg(proxy.pid, signal.SIGKILL)
                for process in self.followed.values():
                    os.killpg(process.pid, signal.SIGKILL)
                self.run_kubectl("delete", "namespace", NAMESPACE, "--wait=false", check=False)
        return self.judge()

    def grown(self, column):
        """(slope an hour, median of the first third, of the last) of the settled samples."""
        rows = [(row[0], row[column]) for row in self.samples if row[2] >= SETTLED_SECONDS]
        if len(rows) < 6:
            return None
        mean_x = sum(x for x, _ in rows) / len(rows)
        mean_y = sum(y for _, y in rows) / len(rows)
        spread = sum((x - mean_x) ** 2 for x, _ in rows)
        slope = 3600 * sum((x - mean_x) * (y - mean_y) for x, y in rows) / spread
        third = len(rows) // 3
        middle = lambda part: sorted(y for _, y in part)[len(part) // 2]
        return slope, middle(rows[:third]), middle(rows[-third:])

    def judge(self):
        passed = failed = 0

        def result(what, holds, remark):
            nonlocal passed, failed
            passed, failed = passed + holds, failed + (not holds)
            print(f"{'PASSED' if holds else 'FAILED'} {what}: {remark}")

        for operation, count in sorted(self.counts.items()):
            print(f"       {count:7d} {operation}")
        result("no request is lost but by kill -9", not self.lost,
               f"{sum(self.lost.values())} lost, {self.excused} within {EXCUSED_SECONDS} s of {len(self.killed)} kills")
        for text, count in self.lost.most_common(5):
            print(f"       {count} x {text}")
        for column, what, unit, share in ((3, "RSS", 1024, "MiB"), (4, "threads", 1, "")):
            figures = self.grown(column)
            if figures is None:
                result(f"{what} is flat", False, "too few samples of a process older than a minute")
                continue
            slope, first, last = (figure / unit for figure in figures)
            result(f"{what} is flat", last <= 1.15 * first,
                   f"slope {slope:+.1f} {share}/h, {first:.0f} to {last:.0f} {share}, {len(self.born)} processes")
        renewed = len(self.serials - {""}) - 1
        result("the certificate is renewed every minute", renewed >= self.seconds // 90, f"{renewed} times")
        unexpected = self.unexpected()
        result("no unexpected error in the logs", not unexpected,
               f"{sum(unexpected.values())} in {len(self.followed)} logs")
        for text, count in unexpected.most_common(10):
            print(f"       {count} x {text}")
        print(f"{passed} passed, {failed} failed, 0 skipped")
        return 1 if failed else 0


sys.exit(Soak(float(sys.argv[1]), sys.argv[2], sys.argv[3:]).run())
