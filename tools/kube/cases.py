#!/usr/bin/env python3
"""What the pinned kube-apiserver answers to the objects of webhook-apiserver's tests of built-in kinds.

usage: cases.py generate   write the committed answers anew
       cases.py check      exit 1, and name each case that the server answers in another way

A file of cases, PLURAL.json, has a "base" object, and under "accepted" and "refused" a JSON merge patch for each case, which
makes its object of the base. A case {"was": patch, "now": patch} is an update of the first object to the second. Under "rows" an {"object": patch,
"status": status} is asked for as a Table. The answers
are in PLURAL.answers.json, without what differs from run to run. The admission plugins that add to objects are off: they
are not the kinds' own.
"""
import json, pathlib, re, sys, urllib.error, urllib.request

import apiserver

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "webhook-apiserver/src/test/resources/io/usher/apiserver/builtin"
UID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
OF_THE_CLUSTER = ("certificatesigningrequests", "clusterrolebindings", "clusterroles", "flowschemas", "namespaces",
                  "priorityclasses", "prioritylevelconfigurations")
FLAGS = ["--disable-admission-plugins=ServiceAccount,Priority,DefaultTolerationSeconds,DefaultStorageClass,"
         "StorageObjectInUseProtection,TaintNodesByCondition,DefaultIngressClass"]


def merge(target, patch):
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge(result.get(name), value)
    return result


class Cases:
    def __init__(self, api, plural, cases):
        self.api, self.cases, self.base = api, cases, cases["base"]
        version = self.base["apiVersion"]
        root = f"/{'apis' if '/' in version else 'api'}/{version}"
        self.path = f"{root}/{plural}" if plural in OF_THE_CLUSTER else f"{root}/namespaces/default/{plural}"

    def request(self, method, path, body):
        request = urllib.request.Request(self.api.url + path, json.dumps(body).encode(), method=method, headers={
            "Authorization": "Bearer " + self.api.token, "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, context=self.api.tls, timeout=60) as response:
                return response.status, json.load(response), response.headers
        except urllib.error.HTTPError as e:
            return e.code, json.load(e), e.headers

    def answers(self):
        rows = {name: self.row(name, **case) for name, case in self.cases["rows"].items()}
        return rows | {name: self.answer(name, case) for group in ("accepted", "refused") for name, case in self.cases[group].items()}

    def row(self, name, object, status=None):
        """The cells of an object in its Table, ages as AGE."""
        own = merge(self.base, {"metadata": {"name": name.replace(" ", "-")}})
        code, created, _ = self.request("POST", self.path, merge(own, object))
        if code != 201:
            sys.exit(f"{name}: the object to show is refused: {created['message']}")
        path = f"{self.path}/{created['metadata']['name']}"
        if status:
            code, answer, _ = self.request("PUT", path + "/status", merge(created, {"status": status}))
            if code != 200:
                sys.exit(f"{name}: the status to show is refused: {answer['message']}")
        table = self.api.json(path, "application/json;as=Table;g=meta.k8s.io;v=v1")
        return {"cells": [shown(cell) for cell in table["rows"][0]["cells"]]}

    def answer(self, name, case):
        if "was" not in case:
            return masked(*self.request("POST", self.path + "?dryRun=All", merge(self.base, case)))
        # an object of its own, which stays: the server is thrown away
        own = merge(self.base, {"metadata": {"name": name.lower().replace(" ", "-")}})
        code, created, _ = self.request("POST", self.path, merge(own, case["was"]))
        if code != 201:
            sys.exit(f"{name}: the object to update is refused: {created['message']}")
        changed = merge(created, case["now"])
        return masked(*self.request("PUT", f"{self.path}/{created['metadata']['name']}?dryRun=All", changed))


def shown(cell):
    if isinstance(cell, str):
        cell = re.sub("^[0-9]+[smhdy][0-9smhdy]*$", "AGE", cell)
        cell = UID.sub("UID", cell)
        cell = re.sub("^10[.]96[.][0-9.]+$", "IP", cell)
        cell = re.sub(":3[0-9]{4}/", ":30000/", cell)
    return cell


def without_structs(value):
    """What is immutable is refused with a Go struct, or a diff of two behind the message."""
    if isinstance(value, dict):
        return {name: without_structs(each) for name, each in value.items()}
    if isinstance(value, list):
        return [without_structs(each) for each in value]
    return re.sub(r"Invalid value: \{.{400,}\}: ", "Invalid value: {}: ", value.partition("\n@@")[0]) if isinstance(value, str) else value


def masked(code, body, headers):
    """The answer without what differs from run to run, or is the generic server's."""
    body = without_structs(json.loads(UID.sub("UID", json.dumps(body))))
    for field in ("uid", "resourceVersion", "creationTimestamp", "managedFields"):
        body.get("metadata", {}).pop(field, None)
    for condition in body.get("status", {}).get("conditions", []) if body["kind"] != "Status" else []:
        condition.pop("lastTransitionTime")
    if body["kind"] == "Service":
        spec = body["spec"]
        if spec.get("clusterIP", "").startswith("10.96."):
            spec["clusterIP"], spec["clusterIPs"] = "IP", ["IP"]
        for port in spec.get("ports", []):
            if port.get("nodePort"):
                port["nodePort"] = 30000
        if spec.get("healthCheckNodePort"):
            spec["healthCheckNodePort"] = 30000
    warnings = [re.fullmatch(r'299 - "(.*)"', each).group(1).replace('\\"', '"') for each in headers.get_all("Warning", [])]
    return {"code": code, "body": body} | ({"warnings": warnings} if warnings else {})


def main(mode=None):
    if mode not in ("generate", "check"):
        sys.exit(__doc__)
    wrong = 0
    with apiserver.running(FLAGS) as api:
        for file in sorted(CASES.glob("*.json")):
            if file.name.endswith(".answers.json"):
                continue
            cases = json.loads(file.read_text())
            answers = Cases(api, file.stem, cases).answers()
            for group, code in (("accepted", (200, 201)), ("refused", (400, 403, 409, 422))):
                for name in cases[group]:
                    if answers[name]["code"] not in code:
                        print(f"{file.stem}: {name}: is not {group}: {answers[name]['body'].get('message', '')}")
                        wrong += 1
            path = file.with_suffix(".answers.json")
            committed = json.loads(path.read_text()) if path.exists() else {}
            if mode == "check":
                different = [name for name in answers.keys() | committed.keys() if answers.get(name) != committed.get(name)]
                wrong += len(different)
                for name in sorted(different):
                    print(f"{file.stem}: {name}: answered in another way")
            elif committed != answers:
                lines = [f"{json.dumps(name)}: {json.dumps(answer, sort_keys=True)}" for name, answer in answers.items()]
                path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
                print(f"{path.relative_to(ROOT)}: {len(answers)} answers")
    if not wrong:
        print(f"{CASES.relative_to(ROOT)}: as answered")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
