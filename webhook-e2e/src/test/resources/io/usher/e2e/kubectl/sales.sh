#!/bin/sh
# Follows the sales of a show while a ticket is sold.
: > sales.txt
kubectl get --raw /apis/theatre.example.com/v1/namespaces/steps/shows/hamlet/sales > sales.txt 2>&1 &
sales=$!
shown() {
	tries=0
	until grep -q "$1" sales.txt || [ $tries -eq 600 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}
shown first
sed 's/name: first/name: third/; s/number: 7/number: 8/' shows.yaml | kubectl create -f - > /dev/null 2>&1
shown third
kill $sales
wait $sales 2> /dev/null
cat sales.txt
