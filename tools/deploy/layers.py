#!/usr/bin/env python3
"""Print an OCI image archive's name, digest and layers.

usage: layers.py IMAGE.tar
"""
import json, sys, tarfile


def main(path):
    with tarfile.open(path) as archive:
        def read(name):
            return json.load(archive.extractfile(name))

        def blob(digest):
            return read("blobs/" + digest.replace(":", "/"))

        index = read("index.json")["manifests"][0]
        manifest = blob(index["digest"])
        history = [h for h in blob(manifest["config"]["digest"])["history"] if not h.get("empty_layer")]
        print("image", index["digest"])
        for layer, made in zip(manifest["layers"], history):
            print(f"layer {layer['digest']} {layer['size'] / 1e6:7.2f} MB  {made.get('comment', 'base')}")


main(*sys.argv[1:])
