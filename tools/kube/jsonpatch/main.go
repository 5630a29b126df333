// Command jsonpatch applies JSON Patches as kube-apiserver does, and compares the results.
//
// Each line of the standard input, or of the file named by the only argument, is an object
// {"before": ..., "patch": [...], "after": ...}. The exit code is 0 when each patch, applied to before, gives after;
// the first line that does not is named on standard error, and the exit code is 1.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
)

type line struct {
	Before json.RawMessage `json:"before"`
	Patch  json.RawMessage `json:"patch"`
	After  json.RawMessage `json:"after"`
}

// parse keeps numbers as they are written: 1 and 1.0 are different documents.
func parse(document []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return value, err
}

func check(text []byte) error {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	if l.Before == nil || l.Patch == nil || l.After == nil {
		return fmt.Errorf("before, patch and after are all required")
	}
	patch, err := jsonpatch.DecodePatch(l.Patch)
	if err != nil {
		return fmt.Errorf("decode the patch: %w", err)
	}
	result, err := patch.Apply(l.Before)
	if err != nil {
		return fmt.Errorf("apply the patch: %w", err)
	}
	got, err := parse(result)
	if err != nil {
		return fmt.Errorf("read the result: %w", err)
	}
	want, err := parse(l.After)
	if err != nil {
		return fmt.Errorf("read after: %w", err)
	}
	if !reflect.DeepEqual(got, want) {
		return fmt.Errorf("the patch gives %s, not %s", result, l.After)
	}
	return nil
}

func run(in io.Reader) error {
	reader := bufio.NewReader(in)
	for number := 1; ; number++ {
		text, err := reader.ReadBytes('\n')
		if len(bytes.TrimSpace(text)) > 0 {
			if err := check(text); err != nil {
				return fmt.Errorf("line %d: %w", number, err)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func main() {
	in := io.Reader(os.Stdin)
	if len(os.Args) == 2 {
		file, err := os.Open(os.Args[1])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		defer file.Close()
		in = file
	}
	if err := run(in); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
