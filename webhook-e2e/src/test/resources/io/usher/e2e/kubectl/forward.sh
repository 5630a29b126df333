#!/bin/sh
# Asks through kubectl port-forward: forward.sh TARGET PATH...
# made before kubectl runs, to be looked into at once
: > forward.txt
kubectl port-forward "$1" :80 > forward.txt 2>&1 &
forward=$!
shift
tries=0
until grep -q '^Forwarding from 127' forward.txt || [ $tries -eq 600 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
port=$(sed -n 's/^Forwarding from 127.0.0.1:\([0-9]*\) -> 80$/\1/p' forward.txt)
for path in "$@"; do
	curl -sS --retry 5 --retry-all-errors "http://127.0.0.1:$port$path"
done
kill $forward
wait $forward 2> /dev/null
true
