#!/usr/bin/env python3
"""Run a command against a throw-away kube-apiserver and etcd.

usage: apiserver.py [--kube-apiserver-flag=VALUE ...] COMMAND [ARG...]

The command finds KUBECONFIG in its environment (a user in system:masters) and kubectl on its PATH. Both servers listen
on loopback ports of their own and keep everything in a temporary folder; they end with the command, whose exit code is
this program's. The binaries are those of KUBEBUILDER_ASSETS, else those that `make kube` built.
"""
import contextlib, json, os, pathlib, secrets, socket, ssl, subprocess, sys, tempfile, time, urllib.error, urllib.request

START_SECONDS = 120  # a cold start takes 5 s alone, more where several builds share the machine


class ApiServer:
    """A running API server: get(path) is its JSON, kubeconfig the file that reaches it."""

    def __init__(self, url, token, kubeconfig, assets):
        self.url, self.token, self.kubeconfig, self.assets = url, token, kubeconfig, assets
        # the throw-away certificate is made by the server just started, on loopback
        self.tls = ssl._create_unverified_context()

    def get(self, path, accept="application/json"):
        request = urllib.request.Request(self.url + path, headers={
            "Authorization": "Bearer " + self.token, "Accept": accept})
        with urllib.request.urlopen(request, context=self.tls, timeout=60) as response:
            return response.read()

    def json(self, path, accept="application/json"):
        return json.loads(self.get(path, accept))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def find_assets(*tools):
    out = subprocess.run([pathlib.Path(__file__).parent / "assets.sh", *tools], stdout=subprocess.PIPE, text=True)
    if out.returncode:
        sys.exit(out.returncode)
    return pathlib.Path(out.stdout.strip())


@contextlib.contextmanager
def running(flags=(), assets=None):
    assets = assets or find_assets()
    with tempfile.TemporaryDirectory(prefix="usher-apiserver-") as name, contextlib.ExitStack() as processes:
        home = pathlib.Path(name)
        token = secrets.token_hex(16)
        (home / "tokens.csv").write_text(token + ',admin,admin,"system:masters"\n')
        subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", home / "sa.key"], check=True)
        etcd, peer, port = free_port(), free_port(), free_port()

        def start(program, *arguments):
            log = open(home / (program + ".log"), "wb")
            process = subprocess.Popen([assets / program, *arguments], stdout=log, stderr=log, cwd=home)
            processes.callback(log.close)
            processes.callback(process.wait)
            processes.callback(process.kill)
            return process

        start("etcd", "--data-dir", "etcd", "--unsafe-no-fsync", "--log-level", "warn",
              "--listen-client-urls", f"http://127.0.0.1:{etcd}", "--advertise-client-urls", f"http://127.0.0.1:{etcd}",
              "--listen-peer-urls", f"http://127.0.0.1:{peer}")
        server = start("kube-apiserver", "--etcd-servers", f"http://127.0.0.1:{etcd}",
                       "--bind-address", "127.0.0.1", "--secure-port", str(port), "--cert-dir", "certs",
                       "--service-cluster-ip-range", "10.96.0.0/16", "--token-auth-file", "tokens.csv",
                       "--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", "sa.key",
                       "--service-account-signing-key-file", "sa.key", "--authorization-mode", "RBAC", "--allow-privileged",
                       *flags)
        url = f"https://127.0.0.1:{port}"
        kubeconfig = home / "kubeconfig"
        kubeconfig.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "throw-away",
            "clusters": [{"name": "throw-away", "cluster": {"server": url, "insecure-skip-tls-verify": True}}],
            "users": [{"name": "admin", "user": {"token": token}}],
            "contexts": [{"name": "throw-away", "context": {"cluster": "throw-away", "user": "admin"}}]}))
        api = ApiServer(url, token, kubeconfig, assets)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                api.get("/readyz")
                break
            except (urllib.error.URLError, OSError):
                if server.poll() is not None or time.monotonic() > deadline:
                    tail = (home / "kube-apiserver.log").read_text(errors="replace").splitlines()[-8:]
                    sys.exit("kube-apiserver does not get ready; the end of its log:\n" + "\n".join(tail))
                time.sleep(0.2)
        yield api


def main(arguments):
    count = next((i for i, a in enumerate(arguments) if not a.startswith("--")), len(arguments))
    if count == len(arguments):
        sys.exit(__doc__)
    with running(arguments[:count]) as api:
        environment = dict(os.environ, KUBECONFIG=str(api.kubeconfig), PATH=f"{api.assets}:{os.environ['PATH']}")
        return subprocess.run(arguments[count:], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
