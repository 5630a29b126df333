package main

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	good := `{"before":{"a":{}},"patch":[{"op":"add","path":"/a/b~1c","value":1}],"after":{"a":{"b/c":1}}}`
	tests := []struct{ name, in, err string }{
		{"good lines", good + "\n\n" + good, ""},
		{"key order does not matter", `{"before":{"b":1,"a":2},"patch":[],"after":{"a":2,"b":1}}`, ""},
		{"integers beyond 2^53 are kept", `{"before":{"n":9007199254740993},"patch":[{"op":"add","path":"/m","value":1}],"after":{"n":9007199254740993,"m":1}}`, ""},
		{"a difference names its line", good + "\n" + `{"before":{"n":1},"patch":[],"after":{"n":2}}`, "line 2: the patch gives"},
		{"1 is not 1.0", `{"before":{"n":1},"patch":[],"after":{"n":1.0}}`, "line 1: the patch gives"},
		{"a patch that does not apply", `{"before":{},"patch":[{"op":"remove","path":"/a"}],"after":{}}`, "line 1: apply the patch"},
		{"replace of a missing member succeeds, as in the API server", `{"before":{},"patch":[{"op":"replace","path":"/a","value":1}],"after":{"a":1}}`, ""},
		{"a member is missing", `{"before":{},"patch":[]}`, "line 1: before, patch and after"},
		{"not JSON", `{`, "line 1: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := run(strings.NewReader(test.in))
			if test.err == "" && err != nil {
				t.Fatalf("unexpected error: %v", err)
			}
			if test.err != "" && (err == nil || !strings.HasPrefix(err.Error(), test.err)) {
				t.Fatalf("error %v, want one that begins with %q", err, test.err)
			}
		})
	}
}
