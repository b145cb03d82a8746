package main

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// onTheClock finds an assertion on the time that something took, or on its end before a time.
var onTheClock = regexp.MustCompile(`time\.Since\([^)]*\) *[<>]|<-time\.After\(\d|\.Sub\([^)]*\) *[<>]`)

// TestHazard76_NoTestAssertsOnTheClock reads all tests: on a slow machine such an assertion fails for
// no reason. A bound on time is a context in the code under test.
func TestHazard76_NoTestAssertsOnTheClock(t *testing.T) {
	if !onTheClock.MatchString("if time.Since(start) > time.Second {") || !onTheClock.MatchString("case <-time.After(10 * time.Second):") {
		t.Fatal("the expression finds nothing")
	}
	root := os.DirFS("../..")
	read := 0
	err := fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "clock_test.go") {
			return err
		}
		text, err := fs.ReadFile(root, file)
		read++
		for n, line := range strings.Split(string(text), "\n") {
			if onTheClock.MatchString(line) {
				t.Errorf("%s:%d: %s", file, n+1, strings.TrimSpace(line))
			}
		}
		return err
	})
	if err != nil || read < 100 {
		t.Errorf("%d files of tests: %v", read, err)
	}
}
