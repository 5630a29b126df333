#!/bin/sh
# Watches ConfigMaps while one is created, changed and deleted, each when kubectl has shown what was before.
#
# usage: watch.sh [kubectl's flags of output]
# made before kubectl runs, to be looked into at once
: > watched.txt
kubectl get configmaps -l watched=yes --watch --output-watch-events "$@" > watched.txt 2>&1 &
watch=$!
shown() {
	tries=0
	until [ "$(grep -c "$1" watched.txt)" -ge 1 ] || [ $tries -eq 600 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}
shown 'ADDED.*first'
kubectl create -f - <<-'END' > /dev/null
	{apiVersion: v1, kind: ConfigMap, metadata: {name: second, labels: {watched: "yes"}}, data: {a: b}}
END
shown 'ADDED.*second'
kubectl patch configmap second -p '{"data": {"c": "d"}}' > /dev/null
shown 'MODIFIED.*second'
kubectl label configmap second watched- > /dev/null
shown 'DELETED.*second'
kill $watch
wait $watch 2> /dev/null
kubectl delete configmap second > /dev/null
cat watched.txt
