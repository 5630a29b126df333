#!/bin/sh
# class-data.sh BASE.tar USHER.jar RULES OUT: the classes of a start, as the base image's JVM maps them into its memory.
#
# Starts the server once, with these rules and the base's own JVM, to see which classes that takes. The JVM takes the
# archive (OUT/classes.jsa, for its lib/server) only for a jar of the same size, time and name, or one that is found by
# that name: the image's working folder is the jar's. Otherwise it starts without, and so does an image whose rules need more
# for their start than there is where it is built: there is no archive then. OUT.properties names the JDK.
set -eu
base=$1 jar=$2 rules=$(realpath "$3")
mkdir -p "$4"
out=$(realpath "$4")
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null || true; rm -rf "$work"' EXIT
without() { cat "$work/log" >&2; echo "class data: $*: the image starts without" >&2; exit 0; }

layer=$(tar -xOf "$base" manifest.json | sed -n 's/.*"Layers": \["\([^"]*\)".*/\1/p')
mkdir "$work/root"
tar -xOf "$base" "$layer" | tar -xz -C "$work/root"
java=$work/root/opt/java/bin/java
sed -n 's/^JAVA_VERSION="\([0-9]*\).*/image.jdk.tag=-jdk\1/p' "$work/root/opt/java/release" > "$out.properties"
rm -f "$out/classes.jsa"
cp "$jar" "$work/usher.jar"
touch -d @1 "$work/usher.jar" # as Jib does
cd "$work"

"$java" -Xshare:auto -XX:DumpLoadedClassList=seen -XX:-UsePerfData -jar usher.jar serve --rules="$rules" --dev-certs=certs \
	--host=127.0.0.1 --health-host=127.0.0.1 --port=0 --health-port=0 --port-file=ready --shutdown-delay=0s > log 2>&1 &
server=$!
for _ in $(seq 600); do
	[ ! -e ready ] || break
	kill -0 $server 2> /dev/null || without "the server did not start with $rules"
	sleep 0.2
done
[ -e ready ] || without "the server was not ready with $rules after two minutes"
kill $server
wait $server || [ $? = 143 ] || without "the server did not end well"
server=

# In an order of its own, not that of the threads; without the rules' own, which come by other class loaders.
sed '/^[@#]/d; / source: /d; s/ id: .*//' seen | LC_ALL=C sort -u > classes
sed -n '/^@/p' seen | LC_ALL=C sort -u >> classes
# G1 alone can write objects; every collector reads them.
"$java" -Xshare:dump -XX:+UseG1GC -XX:SharedClassListFile=classes -XX:SharedArchiveFile=classes.jsa -cp usher.jar \
	> log 2>&1 || without "the JVM did not write its archive"
"$java" -Xshare:on -XX:SharedArchiveFile=classes.jsa -jar "$work/usher.jar" --version > log 2>&1 ||
	without "the JVM does not take its archive"
chmod 644 classes.jsa
mv classes.jsa "$out"
