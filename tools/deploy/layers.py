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
        def files(digest):
            with tarfile.open(fileobj=archive.extractfile("blobs/" + digest.replace(":", "/"))) as layer:
                return [file.name for file in layer if file.isfile()]

        print("image", index["digest"], index["annotations"]["org.opencontainers.image.ref.name"])
        for layer in manifest["layers"]:
            held = files(layer["digest"])
            print(f"layer {layer['digest']} {layer['size'] / 1e6:7.2f} MB  {held[0]}",
                  f"and {len(held) - 1} more" * (len(held) > 1))


main(*sys.argv[1:])
