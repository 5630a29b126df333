#!/bin/sh
# Watches shows while one is created, changed and deleted, each when kubectl has shown what was before.
: > watched.txt
kubectl get shows -l watched=yes --watch --output-watch-events > watched.txt 2>&1 &
watch=$!
shown() {
	tries=0
	until grep -q "$1" watched.txt || [ $tries -eq 600 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}
shown 'ADDED.*hamlet'
kubectl create -f - <<-'END' > /dev/null
	{apiVersion: theatre.example.com/v1, kind: Show, metadata: {name: lear, labels: {watched: "yes"}}, spec: {title: Lear, seats: 3}}
END
shown 'ADDED.*lear'
kubectl patch show lear --type=merge -p '{"spec": {"seats": 4}}' > /dev/null
shown 'MODIFIED.*lear'
kubectl delete show lear > /dev/null
shown 'DELETED.*lear'
kill $watch
wait $watch 2> /dev/null
cat watched.txt
