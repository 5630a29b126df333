// Command informer follows one resource of a namespace with client-go's informer, and tells what it sees. Its feature
// WatchListClient is on where KUBE_FEATURE_WatchListClient does not say false.
//
// usage: informer KUBECONFIG RESOURCE.VERSION.GROUP NAMESPACE   (configmaps.v1. for the core group)
//
// Each line of the standard output is a JSON object with an "event":
//
//	request  a call to the server: its "query", and the answer's "status", or the "error" why there is none
//	add, update, delete  an event of the informer: "name", "uid" and "version" of the object
//	store    what the informer holds now, whole, as "objects": one for each line of the standard input
//
// It ends with its standard input.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// report writes lines, one at a time.
type report struct {
	mutex sync.Mutex
	out   *json.Encoder
}

func (r *report) line(fields map[string]any) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if err := r.out.Encode(fields); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "informer:", err)
	os.Exit(1)
}

// calls reports each call that goes through it.
type calls struct {
	next   http.RoundTripper
	report *report
}

func (c calls) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := c.next.RoundTrip(request)
	line := map[string]any{"event": "request", "query": request.URL.RawQuery}
	if err != nil {
		line["error"] = err.Error()
	} else {
		line["status"] = response.StatusCode
	}
	c.report.line(line)
	return response, err
}

func main() {
	if len(os.Args) != 4 {
		fail(fmt.Errorf("usage: informer KUBECONFIG RESOURCE.VERSION.GROUP NAMESPACE"))
	}
	resource, _ := schema.ParseResourceArg(os.Args[2])
	if resource == nil {
		fail(fmt.Errorf("%q is no RESOURCE.VERSION.GROUP", os.Args[2]))
	}
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	if err != nil {
		fail(err)
	}
	report := &report{out: json.NewEncoder(os.Stdout)}
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return calls{next, report} })
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		fail(err)
	}
	informer := dynamicinformer.NewFilteredDynamicInformer(client, *resource, os.Args[3], 0, cache.Indexers{}, nil).Informer()
	if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { report.event("add", object) },
		UpdateFunc: func(_, object any) { report.event("update", object) },
		DeleteFunc: func(object any) { report.event("delete", object) },
	}); err != nil {
		fail(err)
	}
	go informer.RunWithContext(context.Background())
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		report.line(map[string]any{"event": "store", "objects": informer.GetStore().List()})
	}
}

func (r *report) event(name string, object any) {
	// a deletion that the informer found when it listed again, not as an event
	if unknown, is := object.(cache.DeletedFinalStateUnknown); is {
		object = unknown.Obj
	}
	of, is := object.(metav1.Object)
	if !is {
		fail(fmt.Errorf("the informer tells of a %T", object))
	}
	r.line(map[string]any{
		"event": name, "name": of.GetName(), "uid": of.GetUID(), "version": of.GetResourceVersion(),
	})
}
