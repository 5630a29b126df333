#!/usr/bin/env python3
"""The sample behind a real API server: registers it, applies its manifests with kubectl, and shows what came of them.

usage: demo_cluster.py USHER_JAR RULE_JAR MANIFESTS_FOLDER
"""
import base64, json, os, pathlib, subprocess, sys, tempfile, time, urllib.request

import apiserver

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMESPACE, NAME = "labeler-system", "labeler"  # those of the generated manifests/
READY_SECONDS = 60


def wait(what, ready):
    deadline = time.monotonic() + READY_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            sys.exit(f"{what} takes more than {READY_SECONDS} s")
        time.sleep(0.2)


def answers(url):
    try:
        return urllib.request.urlopen(url, timeout=5).status == 200
    except OSError:
        return False


def main(usher, rules, manifests):
    with apiserver.running(["--disable-admission-plugins=ServiceAccount"]) as api, tempfile.TemporaryDirectory() as name:
        home = pathlib.Path(name)
        environment = dict(os.environ, KUBECONFIG=str(api.kubeconfig))

        def kubectl(*arguments, document=None):
            return subprocess.run([api.assets / "kubectl", *arguments], env=environment, text=True, capture_output=True,
                                  input=None if document is None else json.dumps(document))

        def must(result):
            if result.returncode:
                sys.exit(result.stderr)
            return result.stdout

        port, health = apiserver.free_port(), apiserver.free_port()
        with open(home / "usher.log", "wb") as log:
            server = subprocess.Popen(
                ["java", "-jar", usher, "serve", "--rules", rules, "--port", str(port), "--health-port", str(health),
                 "--dev-certs", home / "certs", "--dev-certs-names", f"{NAME}.{NAMESPACE}.svc"], stdout=log, stderr=log)
        try:
            wait("Usher's start", lambda: server.poll() is not None or answers(f"http://localhost:{health}/readyz"))
            if server.poll() is not None:
                sys.exit((home / "usher.log").read_text())
            samples = [(path, json.loads(must(kubectl("create", "--dry-run=client", "--validate=false", "-o", "json", "-f", path))))
                       for path in sorted(pathlib.Path(manifests).glob("*.yaml"))]
            for namespace in {NAMESPACE} | {sample["metadata"]["namespace"] for _, sample in samples} - {"default"}:
                must(kubectl("create", "namespace", namespace))
            must(kubectl("-n", NAMESPACE, "create", "service", "externalname", NAME, "--external-name", "localhost"))
            ca = base64.b64encode((home / "certs/ca.crt").read_bytes()).decode()
            for file in ("mutatingwebhookconfiguration.yaml", "validatingwebhookconfiguration.yaml"):
                configuration = json.loads(must(kubectl(
                    "create", "--dry-run=client", "-o", "json", "-f", ROOT / "manifests/register" / file)))
                for webhook in configuration["webhooks"]:
                    webhook["clientConfig"]["caBundle"] = ca
                    webhook["clientConfig"]["service"]["port"] = port
                must(kubectl("create", "-f", "-", document=configuration))
            # an owner is missing: denied as soon as the webhook is asked
            probe = next(sample for _, sample in samples if sample["metadata"]["annotations"]["usher.io/expect"] == "denied")
            wait("the registration", lambda: kubectl("create", "--dry-run=server", "-f", "-", document=probe).returncode)
            version = api.json("/version")["gitVersion"]
            print(f"kube-apiserver {version} calls {NAME} through a Service; kubectl applies what is in {manifests}\n")
            return show(kubectl, samples)
        finally:
            server.terminate()
            server.wait()


def show(kubectl, samples):
    """Applies each sample as its annotations say; returns 1 where the outcome is not the expected one."""
    wrong = 0
    for path, sample in samples:
        metadata = sample["metadata"]
        subresource = metadata["annotations"].get("usher.io/subresource")
        print(f"$ kubectl apply -f {path.name}" + (f" --subresource {subresource}" if subresource else ""))
        if subresource:
            # as kubectl debug does it: a patch of what is there
            result = kubectl("-n", metadata["namespace"], "patch", sample["kind"], metadata["name"], "--subresource", subresource,
                             "--type", "strategic", "-p", json.dumps({"spec": {"ephemeralContainers": sample["spec"]["ephemeralContainers"]}}))
        else:
            result = kubectl("apply", "-f", path)
        print(result.stdout + result.stderr, end="")
        # a denial with field causes is printed without the webhook's name
        failed = result.returncode and "failed calling webhook" not in result.stderr
        seen = {"denied"} if failed else {"allowed"}
        if "Warning:" in result.stderr:
            seen.add("warned")
        if result.returncode == 0 and not subresource:
            stored = json.loads(kubectl("get", "-f", path, "-o", "json").stdout)
            labels = stored["metadata"].get("labels", {})
            added = {key: value for key, value in labels.items() if metadata.get("labels", {}).get(key) != value}
            for key, value in sorted(added.items()):
                print(f"  + {key}: {value}")
            if added:
                seen = seen - {"allowed"} | {"patched"}
        expected = set(metadata["annotations"]["usher.io/expect"].split(", "))
        if seen != expected:
            wrong = 1
            print(f"  expected {sorted(expected)}, saw {sorted(seen)}")
        print()
    print("the API server is stopped; nothing is left of it")
    return wrong


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
