#!/bin/sh
# Build the image with Jib: webhook-image/target/image.tar, and its SBOM, image.cdx.json, beside it.
#
# IMAGE      what it is called (default localhost/labeler:0.1.0-SNAPSHOT-jdkN)
# RULES      a folder of rule jars (default: the sample's)
# IMAGE_JDK  the JDK whose runtime is its base (default: Maven's own)
set -eu
[ -z "${RULES-}" ] || RULES=$(realpath "$RULES")
cd "$(dirname "$0")/../.."
echo "building the image: webhook-image/target/image.tar"
mvn -q -B -ntp -Dstyle.color=never -DskipTests -Pimage ${IMAGE:+-Dimage.name="$IMAGE"} ${RULES:+-Dimage.rules="$RULES"} \
	${IMAGE_JDK:+-Dimage.jdk="$IMAGE_JDK"} \
	-pl webhook-image -am package
tools/deploy/layers.py webhook-image/target/image.tar
