#!/bin/sh
# Names the libraries and plugins of which the registry has a newer release than the one that is
# pinned, and fails if there is one. Those in tools/outdated.txt stay as they are, for the reason
# that stands there. Asks the registry, so it is no part of make verify.
set -u

log=target/outdated.log
mkdir -p target
# Before the first release of a version come these.
unfinished='(?i).*[-.](alpha|beta|rc|cr|m|ea|pre)[-.]?[0-9]*'
if ! mvn -B -ntp -Dstyle.color=never \
  org.codehaus.mojo:versions-maven-plugin:2.19.1:display-property-updates \
  -DallowSnapshots=false "-Dmaven.version.ignore=$unfinished" >"$log" 2>&1; then
  grep '^\[ERROR\]' "$log" | head -5
  echo "the registry could not be asked: $log"
  exit 1
fi
behind=$(sed -n 's/^\[INFO\] *\${\([^}]*\)\.version} [ .]* \([^ ]* -> [^ ]*\).*/\1 \2/p' "$log" | sort -u)
kept=$(grep -vE '^(#|$)' tools/outdated.txt | cut -d' ' -f1)
found=0
echo "$behind" | {
  while read -r name change; do
    if [ -n "$name" ] && ! echo "$kept" | grep -qx "$name"; then
      echo "$name is behind: $change"
      found=1
    fi
  done
  [ "$found" = 0 ] && echo "no library is behind"
  exit "$found"
}
