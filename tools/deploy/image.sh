#!/bin/sh
# Build the image with Jib: webhook-image/target/image.tar, and its SBOM, image.cdx.json, beside it.
#
# SAMPLE     apiserver for that of the sample API server, webhook-sample-apiserver/target/image.tar, without an SBOM
# IMAGE      what it is called (default localhost/labeler:0.1.0-SNAPSHOT-jdkN)
# RULES      a folder of rule jars (default: the sample's)
# IMAGE_JDK  the JDK whose runtime is its base (default: Maven's own)
set -eu
[ -z "${RULES-}" ] || RULES=$(realpath "$RULES")
cd "$(dirname "$0")/../.."
case ${SAMPLE:-labeler} in
labeler) module=webhook-image with= ;;
apiserver) module=webhook-sample-apiserver with=,webhook-cli ;; # deploying takes usher.jar, which the other image has
*) echo "image: SAMPLE=$SAMPLE: it must be labeler or apiserver" >&2; exit 1 ;;
esac
echo "building the image: $module/target/image.tar"
mvn -q -B -ntp -Dstyle.color=never -DskipTests -Pimage ${IMAGE:+-Dimage.name="$IMAGE"} ${RULES:+-Dimage.rules="$RULES"} \
	${IMAGE_JDK:+-Dimage.jdk="$IMAGE_JDK"} \
	-pl $module$with -am package
tools/deploy/layers.py $module/target/image.tar
