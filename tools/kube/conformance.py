#!/usr/bin/env python3
"""Run tests of Kubernetes' own end-to-end suite against `usher apiserver`, as a user starts it.

usage: conformance.py [--reference] [--storage file] [--tests PART-OF-NAME] USHER_JAR

--reference      runs them against kube-apiserver, etcd and the controllers that they need, too, and compares the times:
                 all tests may take 1.1 times as long, and one of them 1.5 times and 5 seconds; what failed is not compared
--storage file   keeps the objects in a file, as `usher apiserver --storage-file` does; in memory by default
--tests          only those whose name has this part

Prints a line per test and a count, for each family as well; ends with 1 when one did not pass or took too long.
conformance.txt has the names. What the suite wrote about each stays in target/conformance.
"""
import argparse, contextlib, json, pathlib, re, shutil, subprocess, sys, tempfile, time, typing

import apiserver

HERE = pathlib.Path(__file__).resolve().parent
LOGS = HERE.parents[1] / "target" / "conformance"
AT_A_TIME = 4
LIMIT = "20m"
LEFT_OUT = "- "
MOST_OF_ALL = 1.1
MOST_OF_ONE, SECONDS_OF_ONE = 1.5, 5
START_SECONDS = 120
CONTROLLERS = ("namespace-controller", "serviceaccount-controller", "root-ca-certificate-publisher-controller",
               "garbage-collector-controller", "clusterrole-aggregation-controller", "resourcequota-controller")


@contextlib.contextmanager
def process(log, *command):
    """A process that ends with the block; what it writes goes to a file."""
    with open(log, "wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as started:
        try:
            yield started
        finally:
            started.terminate()


def wait(what, started, ready):
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if started.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"{what} does not start: see {LOGS}")
        time.sleep(0.1)


@contextlib.contextmanager
def usher(jar, storage, home):
    """The kubeconfig of `usher apiserver`."""
    kubeconfig = home / "kubeconfig"
    options = ["--storage-file", home / "objects.db"] if storage == "file" else []
    with process(LOGS / "apiserver.log", "java", "-jar", jar, "apiserver", "--secure-port", "0",
                 "--kubeconfig", kubeconfig, *options) as server:
        wait("usher apiserver", server, lambda: b"listens on" in (LOGS / "apiserver.log").read_bytes())
        yield kubeconfig


@contextlib.contextmanager
def reference(assets, home):
    """The kubeconfig of kube-apiserver with its controllers."""
    with apiserver.running(assets=assets) as api:
        its = api.kubeconfig.parent
        with process(LOGS / "controllers.log", assets / "kube-controller-manager", "--kubeconfig", api.kubeconfig,
                     "--service-account-private-key-file", its / "sa.key", "--root-ca-file", its / "certs" / "apiserver.crt",
                     "--use-service-account-credentials", "--leader-elect=false", "--secure-port=0",
                     "--cert-dir", home, "--controllers", ",".join(CONTROLLERS)) as controllers:
            wait("kube-controller-manager", controllers, lambda: api.json("/api/v1/namespaces/default/serviceaccounts")["items"])
            yield api.kubeconfig


class Outcome(typing.NamedTuple):
    """What became of a test, and why it failed."""
    state: str = "did not run"
    seconds: float = 0
    message: str = ""
    family: str = "not in the suite"


def family(spec):
    """The part of Kubernetes that a test is about, as the suite's folder and its outer container say."""
    folder = pathlib.PurePath(spec["LeafNodeLocation"]["FileName"]).parent.name
    part = re.sub(r" *\[[^]]*]", "", spec["ContainerHierarchyTexts"][0]).strip()
    return f"{folder}: {part}"


def run(suite, kubectl, kubeconfig, names, report):
    """What became of each test."""
    focus = "(" + "|".join(re.escape(name) for name in names) + ")$"
    with open(LOGS / (report + ".log"), "wb") as log:
        subprocess.run([
            suite / "ginkgo", f"--procs={AT_A_TIME}", "--no-color", f"--timeout={LIMIT}", f"--json-report={report}.json",
            f"--output-dir={LOGS}", f"--focus={focus}", suite / "e2e.test", "--", "--provider=skeleton",
            f"--kubeconfig={kubeconfig}", "--kube-api-content-type=application/json", "--num-nodes=1", "--minStartupPods=0",
            "--allowed-not-ready-nodes=-1", "--disable-log-dump", "--dump-logs-on-failure=false",
            f"--kubectl-path={kubectl}", f"--e2e-output-dir={LOGS}"], stdout=log, stderr=log)
    outcome = {name: Outcome() for name in names}
    written = LOGS / (report + ".json")
    reports = json.loads(written.read_bytes()) if written.exists() else []
    for spec in [spec for each in reports for spec in each["SpecReports"] or []]:
        name = " ".join([*(spec.get("ContainerHierarchyTexts") or []), spec["LeafNodeText"]])
        if name in outcome and spec["State"] != "skipped":
            message = (spec.get("Failure") or {}).get("Message", "")
            outcome[name] = Outcome(spec["State"], spec["RunTime"] / 1e9, " ".join(message.split())[:400], family(spec))
        elif spec["LeafNodeType"] != "It" and spec["State"] not in ("passed", "skipped"):
            print(f"{spec['LeafNodeType']}: {' '.join((spec.get('Failure') or {}).get('Message', '').split())[:400]}")
    return outcome


def families(outcome):
    """Prints how many tests passed of each part of the suite."""
    counts = {}
    for each in outcome.values():
        count = counts.setdefault(each.family, [0, 0])
        count[0] += each.state == "passed"
        count[1] += 1
    for family, (passed, of) in sorted(counts.items()):
        print(f"{passed:4} of {of:3}  {family}")


def slow(outcome, known):
    """Prints what took longer than the reference, where that passed, allows; whether nothing did."""
    late = [(name, each.seconds, known[name].seconds) for name, each in outcome.items()
            if known[name].state == "passed" and each.seconds > MOST_OF_ONE * known[name].seconds + SECONDS_OF_ONE]
    for name, took, its in late:
        print(f"slow: {took:.1f} s against {its:.1f} s  {name}")
    return not late


def shown(server, outcome):
    """Prints what became of the tests; whether all passed."""
    print(server)
    for name, (state, seconds, message, _) in outcome.items():
        print(f"{state:11} {seconds:6.1f} s  {name}")
        if state != "passed" and message:
            print(" " * 13 + message)
    passed = sum(each.state == "passed" for each in outcome.values())
    print(f"{passed} of {len(outcome)} passed by {server}")
    return passed == len(outcome)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("--reference", action="store_true")
    parser.add_argument("--storage", choices=["memory", "file"], default="memory")
    parser.add_argument("--tests", default="")
    parser.add_argument("jar")
    asked = parser.parse_args()
    lines = [line for line in (HERE / "conformance.txt").read_text().splitlines()
             if not line.startswith("#") and asked.tests in line]
    names = [line for line in lines if not line.startswith(LEFT_OUT)]
    if not lines:
        sys.exit(f"no test of conformance.txt has \"{asked.tests}\" in its name")
    suite = pathlib.Path(subprocess.run([HERE / "suite.sh"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip())
    assets = apiserver.find_assets("kube-controller-manager") if asked.reference else apiserver.find_assets()
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)

    def measured(server, starting, report):
        with starting as kubeconfig:
            began = time.monotonic()
            outcome = run(suite, assets / "kubectl", kubeconfig, names, report)
        seconds = time.monotonic() - began
        passed = shown(server, outcome)
        for line in lines:
            if line.startswith(LEFT_OUT):
                print("left out: " + line.removeprefix(LEFT_OUT))
        return passed, seconds, outcome

    with tempfile.TemporaryDirectory(prefix="run-", dir=LOGS) as name:
        home = pathlib.Path(name)
        passed, seconds, outcome = measured("usher apiserver", usher(asked.jar, asked.storage, home), "usher")
        families(outcome)
        print(f"{seconds:.0f} s, {AT_A_TIME} tests at a time, objects in {'a file' if asked.storage == 'file' else 'memory'}")
        if asked.reference:
            all_theirs, theirs, known = measured("kube-apiserver", reference(assets, home), "reference")
            in_time = slow(outcome, known)
            if passed and all_theirs:
                print(f"{theirs:.0f} s; usher apiserver takes {seconds / theirs:.2f} of it")
                in_time &= seconds <= MOST_OF_ALL * theirs
            else:
                print(f"{theirs:.0f} s; the times are not compared, as not all passed")
            passed &= in_time
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
