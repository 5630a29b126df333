#!/bin/sh
# Asks through kubectl proxy; through a socket in the file system if SOCKET names one.
# made before kubectl runs, to be looked into at once
: > proxy.txt
kubectl proxy "${SOCKET:+--unix-socket=}${SOCKET:---port=0}" > proxy.txt 2>&1 &
proxy=$!
tries=0
until grep -q 'Starting to serve' proxy.txt || [ $tries -eq 600 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
address=$(sed -n 's/Starting to serve on //p' proxy.txt)
for path in "$@"; do
	curl -sS --retry 5 --retry-all-errors -A steps ${SOCKET:+--unix-socket "$SOCKET"} "http://${SOCKET:+localhost}${address#"$SOCKET"}$path" |
		sed '$a\'
done
kill $proxy
wait $proxy 2> /dev/null
true
