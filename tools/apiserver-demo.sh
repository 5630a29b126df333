#!/usr/bin/env bash
# The API server of `usher apiserver`, asked by curl: what it serves, and the frames of a watch while a Pod is created, changed and
# deleted. Where kubectl is installed it is asked through `kubectl proxy`, else with the CA and the token of the kubeconfig.
# USHER: the command usher. KUBECTL: another kubectl, or none. Shows at most $LINES_SHOWN lines of an answer, and $WIDTH columns.
# RULES: a rule jar, whose mutators then change Pods that were there before them. HANDLERS: another, whose handlers then label an
# Ingress that was there before them.
# Ends with 1 when an answer or an event does not come.
set -euo pipefail
cd "$(dirname "$0")/.."

read -ra usher <<<"${USHER:-java -jar webhook-cli/target/usher.jar}"
kubectl=$(command -v "${KUBECTL:-kubectl}" || true)
LINES_SHOWN=6
WIDTH=118

if ! command -v curl >/dev/null; then
  echo "curl is not installed: the API server is not shown"
  exit 0
fi

folder=$(mktemp -d)
started=()
cleanup() {
  for process in ${started[@]+"${started[@]}"}; do
    kill "$process" 2>/dev/null && wait "$process" 2>/dev/null || true
  done
  rm -rf "$folder"
}
trap cleanup EXIT

# await WHAT COMMAND...: until the command is true, for a minute.
await() {
  local what=$1
  shift
  for _ in $(seq 600); do
    if "$@"; then return; fi
    sleep 0.1
  done
  echo "in vain for a minute: $what" >&2
  tail -n 5 "$folder"/*.log | cut -c "1-$WIDTH" >&2
  exit 1
}

# Cuts what is long. A loop, as awk and sed wait for more before they print, and frames come one at a time.
cut_lines() {
  local number=0 line
  while IFS= read -r line; do
    line=${line%$'\r'}
    if [ -z "$line" ]; then continue; fi
    number=$((number + 1))
    if [ $number -gt "$1" ]; then continue; fi
    if [ ${#line} -gt $WIDTH ]; then line="${line:0:WIDTH-4} ..."; fi
    echo "$line"
  done
  if [ $number -gt "$1" ]; then echo "..."; fi
}

export KUBECONFIG=$folder/kubeconfig
touch "$folder/apiserver.log" "$folder/proxy.log" "$folder/frames.log"
"${usher[@]}" apiserver --secure-port 0 --kubeconfig "$KUBECONFIG" >"$folder/apiserver.log" 2>&1 &
started+=($!)
listens() { grep -q '^usher apiserver listens' "$folder/apiserver.log"; }
await "usher apiserver listens" listens
echo '$ usher apiserver --secure-port 0'
head -n 1 "$folder/apiserver.log"

# proxy PORT: runs kubectl proxy there; false when it ends at once, as the port is taken.
proxy() {
  "$kubectl" proxy --port="$1" >"$folder/proxy.log" 2>&1 &
  local process=$!
  started+=("$process")
  begun() { grep -q '^Starting to serve' "$folder/proxy.log" || ! kill -0 "$process" 2>/dev/null; }
  await "kubectl proxy" begun
  kill -0 "$process" 2>/dev/null
}

options=(--silent --show-error --max-time 60)
if [ -n "$kubectl" ]; then
  port=8080
  proxy $port || { port=0 && proxy $port; }
  echo "\$ kubectl proxy --port=$port"
  head -n 1 "$folder/proxy.log"
  server=$(sed -n 's/^Starting to serve on //p' "$folder/proxy.log")
else
  server=$(awk '/server:/ { print $2 }' "$KUBECONFIG")
  awk '/certificate-authority-data:/ { print $2 }' "$KUBECONFIG" | base64 -d >"$folder/ca.crt"
  {
    echo "cacert = \"$folder/ca.crt\""
    awk '/token:/ { print "header = \"Authorization: Bearer " $2 "\"" }' "$KUBECONFIG"
  } >"$folder/curlrc"
  # HTTP/2 has no chunks to show.
  options+=(--http1.1 --config "$folder/curlrc")
  echo "# with the CA and the token of the kubeconfig, and HTTP/1.1"
fi

ask() { curl "${options[@]}" "$@"; }
# has PATH: whether there is such an object.
has() { [ "$(ask -o "$folder/answer" -w '%{http_code}' "$server$1")" = 200 ]; }
await "namespace default is furnished" has /api/v1/namespaces/default/serviceaccounts/default

for path in /api /api/v1 /api/v1/pods; do
  echo "\$ curl $server$path"
  { ask "$server$path"; echo; } | cut_lines "$LINES_SHOWN"
done

pods=/api/v1/namespaces/default/pods
pod='{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"web","image":"web:1"}]}}'

echo "\$ curl --include --raw '$server/api/v1/watch/pods?watch=yes' &"
ask --include --raw --no-buffer "$server/api/v1/watch/pods?watch=yes" >"$folder/frames.log" 2>/dev/null &
watch=$!
started+=("$watch")
events=0
shown=0

# change SHOWN COMMAND...: changes the Pod, and shows the event that comes of it.
change() {
  echo "\$ $1"
  shift
  "$@" >"$folder/change.log"
  events=$((events + 1))
  came() { [ "$(grep -c '"type":.*}$' "$folder/frames.log")" -ge $events ]; }
  await "$events events" came
  tail -n "+$((shown + 1))" "$folder/frames.log" | cut_lines 20
  shown=$(wc -l <"$folder/frames.log")
}

if [ -n "$kubectl" ]; then
  change "kubectl run web --image=web:1" "$kubectl" run web --image=web:1
  change "kubectl label pod web tier=front" "$kubectl" label pod web tier=front
  change "kubectl delete pod web" "$kubectl" delete pod web
else
  json="Content-Type: application/json"
  merge="Content-Type: application/merge-patch+json"
  change "curl --header '$json' --data @pod.json $server$pods" \
    ask --header "$json" --data "$pod" "$server$pods"
  change "curl --header '$merge' --request PATCH --data '{\"metadata\":{\"labels\":{\"tier\":\"front\"}}}' $server$pods/web" \
    ask --header "$merge" --request PATCH --data '{"metadata":{"labels":{"tier":"front"}}}' "$server$pods/web"
  change "curl --request DELETE $server$pods/web" ask --request DELETE "$server$pods/web"
fi
kill "$watch"

# create PATH JSON
create() { ask --fail-with-body --header "Content-Type: application/json" --data "$2" "$server$1" >"$folder/change.log"; }

if [ -z "${RULES:-}" ]; then exit 0; fi
for name in ledger billing; do
  create "$pods" "${pod/web/$name}"
done
echo
echo "# two Pods were there before the rules of $(basename "$RULES")"
# init WHAT: exit code 1 of a plan says that something would change.
init() {
  echo "\$ usher init $1 --rules rules.jar"
  "${usher[@]}" init "$1" --rules "$RULES" || [ "$1" = plan ]
}
init plan
init apply
init plan

if [ -z "${HANDLERS:-}" ]; then exit 0; fi
shop=/apis/networking.k8s.io/v1/namespaces/shop/ingresses
create /api/v1/namespaces '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{"example.com/team":"retail"}}}'
create $shop '{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"web"},"spec":{"defaultBackend":
  {"service":{"name":"web","port":{"number":80}}}}}'
echo
echo "# an Ingress was there before the handler of $(basename "$HANDLERS"), which gives it its Namespace's team"
echo '$ usher controller --rules handlers.jar &'
touch "$folder/controller.log"
"${usher[@]}" controller --rules "$HANDLERS" --lease-namespace default --health-port 0 >"$folder/controller.log" 2>&1 &
started+=($!)
labels() { ask "$server$shop/web" | grep -o '"labels":{[^}]*}'; }
await "a handler labels an Ingress" labels >"$folder/labels"
echo "\$ curl $server$shop/web | grep -o '\"labels\":{[^}]*}'"
cat "$folder/labels"
