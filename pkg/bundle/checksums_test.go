package bundle

import (
	"bytes"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

const (
	sumA = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb" // of "a"
	sumB = "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d" // of "b"
)

func TestChecksumsForm(t *testing.T) {
	files := set(t, map[string]string{"z": "a", "a/b": "b", "values.yaml*": "a", "c.yaml*": "b", "checksums.txt": "x"})
	want := sumB + "  a/b\n" + sumA + "  z\n# editable\n" + sumB + "  c.yaml\n" + sumA + "  values.yaml\n"
	if got := string(Sum(files).Bytes()); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	shuffled := Sum(files)
	slices.Reverse(shuffled)
	if got := string(shuffled.Bytes()); got != want {
		t.Errorf("the order of the list shows:\n%s", got)
	}
	if got := Checksums(nil).Bytes(); len(got) != 0 {
		t.Errorf("the empty list is %q", got)
	}
}

// What sha256sum -c reads is read, whichever program wrote it.
func TestHazard70_ChecksumsAreReadAsSha256sumReadsThem(t *testing.T) {
	files := map[string]string{"a": "a", "b/c.yaml": "b"}
	for name, text := range map[string]string{
		"ours":                  sumA + "  a\n" + sumB + "  b/c.yaml\n",
		"another order":         sumB + "  b/c.yaml\n" + sumA + "  a\n",
		"binary mode":           sumA + " *a\n" + sumB + " *b/c.yaml\n",
		"upper case":            strings.ToUpper(sumA) + "  a\n" + sumB + "  b/c.yaml\n",
		"what find prints":      sumA + "  ./a\n" + sumB + "  ./b/c.yaml\n",
		"--tag":                 "SHA256 (a) = " + sumA + "\nSHA256 (b/c.yaml) = " + sumB + "\n",
		"comments, empty lines": "# AICR\n\n" + sumA + "  a\n# more\n" + sumB + "  b/c.yaml\n",
		"line ends of Windows":  sumA + "  a\r\n" + sumB + "  b/c.yaml\r\n",
		"no last line end":      sumA + "  a\n" + sumB + "  b/c.yaml",
		"a line twice":          sumA + "  a\n" + sumA + "  a\n" + sumB + "  b/c.yaml\n",
		"to be edited":          "# editable\n" + sumA + "  a\n" + sumB + "  b/c.yaml\n",
	} {
		t.Run(name, func(t *testing.T) {
			list, err := ParseChecksums([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, sum := range list {
				got[sum.Path] = sum.SHA256
				if sum.Editable != (name == "to be edited") {
					t.Errorf("%s: editable %t", sum.Path, sum.Editable)
				}
				if line := strings.Split(text, "\n")[sum.Line-1]; !strings.Contains(line, sum.Path) {
					t.Errorf("%s stands in line %d: %q", sum.Path, sum.Line, line)
				}
			}
			if want := map[string]string{"a": sumA, "b/c.yaml": sumB}; !maps.Equal(got, want) {
				t.Errorf("read %q", got)
			}
			agreesWithSha256sum(t, files, text)
		})
	}
}

// agreesWithSha256sum asks the program itself, where there is one.
func agreesWithSha256sum(t *testing.T, files map[string]string, list string) {
	t.Helper()
	program, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("there is no sha256sum")
	}
	dir := t.TempDir()
	for path, text := range files {
		userWrites(t, dir, path, text)
	}
	cmd := exec.CommandContext(t.Context(), program, "-c", "-")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(list)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("sha256sum -c: %v\n%s", err, out)
	}
}

func TestParseChecksumsRefuses(t *testing.T) {
	for name, data := range map[string]string{
		"a short hash":              sumA[1:] + "  a\n",
		"no hex":                    "g" + sumA[1:] + "  a\n",
		"one space":                 sumA + " a\n",
		"three spaces":              sumA + "   a\n",
		"no path":                   sumA + "  \n",
		"a path twice, differently": sumA + "  a\n" + sumB + "  a\n",
		"an absolute path":          sumA + "  /etc/passwd\n",
		"an escape":                 sumA + "  ../a\n",
		"an escape after a point":   sumA + "  ./../a\n",
		"Git's own file":            sumA + "  .git/config\n",
		"the list itself":           sumA + "  checksums.txt\n",
		"a byte order mark":         "\ufeff" + sumA + "  a\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseChecksums([]byte(data))
			wantError(t, err, coded.ErrCodeInvalidRequest, "checksums.txt: line ")
		})
	}
}

func FuzzParseChecksums(f *testing.F) {
	f.Add([]byte(sumA + "  a\n" + sumB + "  b\n# editable\n" + sumA + "  c\n"))
	f.Add([]byte("# editable\n" + sumA + "  c\n"))
	f.Add([]byte("SHA256 (c) = " + sumA + "\r\n" + sumB + " *./b"))
	f.Add([]byte(sumA + "  ../a\n"))
	f.Add([]byte(""))
	f.Fuzz(func(t *testing.T, data []byte) {
		sums, err := ParseChecksums(data)
		if err != nil {
			return
		}
		for _, sum := range sums {
			if err := CheckPath(sum.Path); err != nil {
				t.Error(err)
			}
		}
		ours := sums.Bytes()
		again, err := ParseChecksums(ours)
		if err != nil || !bytes.Equal(again.Bytes(), ours) {
			t.Errorf("%q becomes %q, and then %q: %v", data, ours, again.Bytes(), err)
		}
	})
}
