// Command gotypes writes down how Go sees Kubernetes' API types, which no OpenAPI document tells: what a decoding error
// calls a field's type, whether a field without a value is written, and which number it has in protobuf.
//
// The columns of the standard output, between tabs, are definition, field, presence, type and number:
//
//	presence  always       written whatever it holds
//	          omitempty    not written when false, 0, "" or without elements
//	          pointer      written whatever it holds, unless it is null
//	          nullable     written whatever it holds, as null when it holds nothing
//	          omitzero     not written when nothing in it is set
//	type      the type as Go prints it, with a definition's whole name for a struct, and the underlying kind behind a
//	          colon where the type is a named scalar: []io.k8s.api.core.v1.Container, v1.PullPolicy:string
//	number    the field's number in protobuf; 2.1 is field 1 of the message in field 2, which JSON has inline; - where
//	          protobuf has no such field
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

type lister struct {
	seen  map[reflect.Type]bool
	lines []string
}

func main() {
	l := lister{seen: map[reflect.Type]bool{}}
	for _, t := range scheme.Scheme.AllKnownTypes() {
		l.visit(t)
	}
	l.visit(reflect.TypeFor[apiextensions.CustomResourceDefinitionList]())
	l.visit(reflect.TypeFor[apiregistration.APIServiceList]())
	slices.Sort(l.lines)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, line := range slices.Compact(l.lines) {
		fmt.Fprintln(out, line)
	}
}

func (l *lister) visit(t reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		l.visit(t.Elem())
	case reflect.Struct:
		// what decodes itself (Quantity, Time) is no struct to JSON
		if !l.seen[t] && !reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
			l.seen[t] = true
			l.fields(definition(t), t, "")
		}
	}
}

// fields lists the fields of t as those of owner; outer is the number of t's own field with a dot, where it is inline.
func (l *lister) fields(owner string, t reflect.Type, outer string) {
	for i := range t.NumField() {
		f := t.Field(i)
		number := "-"
		if parts := strings.Split(f.Tag.Get("protobuf"), ","); len(parts) > 1 && outer != "-." {
			number = outer + parts[1]
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && (name == "" || strings.Contains(options, "inline")) {
			inlined := f.Type
			if inlined.Kind() == reflect.Pointer {
				inlined = inlined.Elem()
			}
			l.fields(owner, inlined, number+".")
			continue
		}
		if f.IsExported() && name != "" && name != "-" {
			l.lines = append(l.lines, strings.Join([]string{owner, name, presence(f.Type, options), goType(f.Type), number}, "\t"))
			l.visit(f.Type)
		}
	}
}

func presence(t reflect.Type, options string) string {
	switch {
	case strings.Contains(options, "omitzero") && t.Kind() == reflect.Struct:
		return "omitzero"
	case !strings.Contains(options, "omitempty") && t.Kind() == reflect.Pointer:
		return "nullable"
	case !strings.Contains(options, "omitempty"), t.Kind() == reflect.Struct:
		return "always"
	case t.Kind() == reflect.Pointer:
		return "pointer"
	}
	return "omitempty"
}

func goType(t reflect.Type) string {
	switch {
	case t.Kind() == reflect.Pointer:
		return goType(t.Elem())
	case t.Kind() == reflect.Struct:
		return definition(t)
	case t.PkgPath() != "":
		return t.String() + ":" + underlying(t)
	}
	return underlying(t)
}

// underlying is the type without its name.
func underlying(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "[]" + goType(t.Elem())
	case reflect.Map:
		return "map[" + t.Key().String() + "]" + goType(t.Elem())
	}
	return t.Kind().String()
}

// definition is the name of the type's schema: io.k8s.api.core.v1.Pod for k8s.io/api/core/v1.Pod.
func definition(t reflect.Type) string {
	host, path, _ := strings.Cut(t.PkgPath(), "/")
	labels := strings.Split(host, ".")
	slices.Reverse(labels)
	return strings.Join(labels, ".") + "." + strings.ReplaceAll(path, "/", ".") + "." + t.Name()
}
