#!/bin/sh
# Builds the README's first rule by Maven, with the plugin as docs/deploying.md has it, from artifacts in
# repositories of its own (nothing is installed), and compares what the goal writes with what the command does.
set -eu
cd "$(dirname "$0")/.."

work=$PWD/target/plugin-check
rm -rf "$work"
mkdir -p "$work/project/src/main/java/com/example"
MVN="mvn -q -B -ntp -Dstyle.color=never"

echo "staging Usher's artifacts"
# By its version: the BOM has no parent that would pin it.
$MVN -DskipTests -pl webhook-bom,webhook-testkit,webhook-testkit-apiserver,webhook-maven-plugin -am package \
  org.apache.maven.plugins:maven-deploy-plugin:3.1.4:deploy \
  -DaltDeploymentRepository="staging::file://$work/staging"

# Maven's own repository is read like any other, so that nothing is downloaded twice.
repositories() {
  for repository in "staging file://$work/staging" "downloaded file://$HOME/.m2/repository"; do
    echo "<$1><id>${repository% *}</id><url>${repository#* }</url></$1>"
  done
}

# The first block of a language in a text, from the line that this pattern is on.
block() {
  awk -v from="$3" -v fence='```'"$2" \
    '$0 ~ from { on = 1 } inside && $0 == "```" { exit } inside { print } on && $0 == fence { inside = 1 }' "$1"
}

cd "$work/project"
block ../../../docs/deploying.md xml 'A Maven build can write' >../plugin.xml
block ../../../README.md xml 'pom.xml' | awk -v repositories="$(repositories repository)" \
  -v plugins="$(repositories pluginRepository)" '
  /<\/plugins>/ { while ((getline line < "../plugin.xml") > 0) print line }
  /<\/project>/ { print "<repositories>" repositories "</repositories><pluginRepositories>" plugins "</pluginRepositories>" }
  { print }' >pom.xml
block ../../../README.md java 'java/com/example/TeamRules.java' >src/main/java/com/example/TeamRules.java

echo "building the README's rule project with the plugin"
$MVN -Dmaven.repo.local="$work/local" package
java -jar ../../../webhook-cli/target/usher.jar manifests --rules target/team-rules-1.jar \
  --name gate --image registry.example.com/gate:1.0.0 --out ../command
diff -r ../command target/manifests
# by its prefix, and with the classes instead of the jar
$MVN -Dmaven.repo.local="$work/local" compile usher:manifests -Dusher.check
# Runs what is in the image, on this machine's JVM: its class path is whole, and its rules are found.
../../../tools/kube/node/jre-base.sh ../base.tar "$(sed -n 's|.*<image.modules>\(.*\)</image.modules>|\1|p' ../../../webhook-image/pom.xml)"
$MVN -Dmaven.repo.local="$work/local" package usher:image -Dusher.baseImage="tar://$work/base.tar"
unpacked="$work/unpacked"
mkdir -p ../image "$unpacked"
tar -xf target/image.tar -C ../image
for blob in ../image/blobs/sha256/*; do tar -xzf "$blob" -C "$unpacked" usher 2>/dev/null || true; done
java -cp "$unpacked/usher/lib/*" io.usher.cli.Usher manifests --rules "$unpacked/usher/rules" \
  --name gate --image registry.example.com/gate:1.0.0 --out ../by-image
diff -r ../command ../by-image
# What the other commands of docs/deploying.md apply, as far as it shows without a cluster.
kubectl=$(command -v kubectl || find "${USHER_KUBE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/usher-kube}" -name kubectl 2>/dev/null | head -n 1)
if [ -n "$kubectl" ]; then
  java -cp "$unpacked/usher/lib/*" io.usher.cli.Usher certs --dns gate.gate-system.svc \
    --out target/manifests/overlays/secret/certificate
  for overlay in cert-manager secret; do
    "$kubectl" kustomize target/manifests/overlays/$overlay | grep -q 'image: registry.example.com/gate:1.0.0'
    "$kubectl" kustomize target/manifests/overlays/$overlay/register | grep -q 'path: /mutate/team.example.com'
  done
  echo "kustomize makes the overlays cert-manager and secret"
fi
echo "the image's server finds the rules: $(find "$unpacked/usher/lib" -type f | wc -l) jars"
echo "the goal writes what the command writes: $(find target/manifests -type f | wc -l) files"

# The first test of the page on API servers, in the same project, by both of JUnit's.
mkdir -p src/test/java/com/example
block ../../../docs/testing-with-an-api-server.md java 'java/com/example/TeamRulesIT.java' >src/test/java/com/example/TeamRulesIT.java
block ../../../docs/testing-with-an-api-server.md xml 'It needs no Docker' >../testkit.xml
cp pom.xml ../pom.xml
for junit in 5.14.4 6.0.3; do
  awk -v junit=$junit '
    /<\/dependencies>/ && seen++ == 1 { while ((getline line < "../testkit.xml") > 0) print line }
    { sub(/<version>5\.14\.4</, "<version>" junit "<"); print }' ../pom.xml >pom.xml
  rm -rf target/surefire-reports
  $MVN -Dmaven.repo.local="$work/local" test -Dtest=TeamRulesIT
  grep -h 'Tests run: 2, Failures: 0, Errors: 0, Skipped: 0' target/surefire-reports/*.txt
  echo "@ApiServerTest passes with JUnit $junit"
done
