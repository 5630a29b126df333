#!/bin/sh
# Deletes an object as soon as kubectl waits for that.
#
# usage: wait.sh resource/name
: > wait.txt
kubectl wait "$1" --for=delete --timeout=60s -v=6 2> wait.txt &
wait=$!
tries=0
until grep -q 'watch=true' wait.txt || [ $tries -eq 600 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
kubectl delete "$1" > /dev/null
wait $wait
