package cli

import (
	stderrors "errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/render"
)

// TestMain lets scripts run this test binary as aicr, and aicr run it to render charts.
func TestMain(m *testing.M) {
	render.ServeIfChild()
	testscript.Main(m, map[string]func(){"aicr": func() {
		os.Exit(Main())
	}})
}

// TestScript runs the scripts in testdata/script; see the README there.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       updateGolden(),
		Setup: func(env *testscript.Env) error {
			// The race detector would let each process wait a second at its end.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, "cache"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status, "have": have, "get": get, "tree": tree, "serve": serve, "await": await,
			"registry": startRegistry, "requests": requests, "mask": mask,
			"charts": startCharts, "pushchart": pushChart, "archive": archive, "fill": fill,
		},
	})
}

// updateGolden reports whether expected results are to be written anew.
func updateGolden() bool { return os.Getenv("UPDATE_GOLDEN") != "" || os.Getenv("UPDATE_DOCS") != "" }

// status runs a program and checks its exit status: status 2 aicr bundle.
func status(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: status N program [args...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := stderrors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%s: %v", args[1], err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

// have looks into YAML or JSON: have FILE PATH VALUE, where PATH is keys and
// indices joined by slashes and VALUE is YAML; ! have FILE PATH.
func have(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 && (!neg || len(args) != 2) {
		ts.Fatalf("usage: have FILE PATH VALUE, or ! have FILE PATH")
	}
	at, found := lookUp(ts, args[0], args[1])
	if neg {
		if found {
			ts.Fatalf("%s has %s: %v", args[0], args[1], at)
		}
		return
	}
	var want any
	ts.Check(yaml.Unmarshal([]byte(args[2]), &want))
	if !found {
		ts.Fatalf("%s has no %s", args[0], args[1])
	}
	if !reflect.DeepEqual(at, want) {
		ts.Fatalf("%s has at %s: %#v, want %#v", args[0], args[1], at, want)
	}
}

// get puts a text of a YAML or JSON file into the environment: get NAME FILE
// PATH.
func get(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: get NAME FILE PATH")
	}
	at, _ := lookUp(ts, args[1], args[2])
	text, ok := at.(string)
	if !ok {
		ts.Fatalf("%s has no text at %s", args[1], args[2])
	}
	ts.Setenv(args[0], text)
}

// lookUp finds what is at a path of a file of YAML documents; the first part of
// the path of one that is not the first is its number.
func lookUp(ts *testscript.TestScript, file, path string) (at any, found bool) {
	documents := strings.Split(ts.ReadFile(file), "\n---\n")
	number, rest, _ := strings.Cut(path, "/")
	if n, err := strconv.Atoi(number); err == nil && n < len(documents) && len(documents) > 1 {
		documents, path = documents[n:], rest
	}
	ts.Check(yaml.Unmarshal([]byte(documents[0]), &at))
	found = true
	for key := range strings.SplitSeq(path, "/") {
		key = strings.ReplaceAll(key, "~1", "/")
		switch held := at.(type) {
		case map[string]any:
			at, found = held[key]
		case []any:
			i, err := strconv.Atoi(key)
			if found = err == nil && i < len(held); found {
				at = held[i]
			}
		default:
			found = false
		}
		if !found {
			return nil, false
		}
	}
	return at, found
}

// tree prints the paths of all files in a directory.
func tree(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: tree DIR")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		_, _ = fmt.Fprintln(ts.Stdout(), filepath.ToSlash(rel))
		return err
	}))
}

// serve starts a web server and puts its URL into $URL. /files/ has the
// script's files, /status/N answers with the status N, /hang never answers,
// and /drop ends the connection.
func serve(ts *testscript.TestScript, _ bool, _ []string) {
	asked := filepath.Join(ts.MkAbs("."), "asked")
	mux := http.NewServeMux()
	mux.Handle("/files/", http.StripPrefix("/files/", http.FileServer(http.Dir(ts.MkAbs(".")))))
	mux.HandleFunc("/status/{code}", func(w http.ResponseWriter, r *http.Request) {
		code, _ := strconv.Atoi(r.PathValue("code"))
		w.WriteHeader(code)
	})
	mux.HandleFunc("/hang", func(_ http.ResponseWriter, r *http.Request) {
		_ = os.WriteFile(asked, nil, 0o600)
		<-r.Context().Done()
	})
	mux.HandleFunc("/drop", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	server := httptest.NewServer(mux)
	ts.Defer(server.Close)
	ts.Setenv("URL", server.URL)
}

// await waits until a file is there.
func await(ts *testscript.TestScript, _ bool, args []string) {
	for _, err := os.Stat(ts.MkAbs(args[0])); err != nil; _, err = os.Stat(ts.MkAbs(args[0])) {
		time.Sleep(5 * time.Millisecond)
	}
}
