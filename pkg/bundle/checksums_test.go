package bundle

import (
	"bytes"
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

func TestParseChecksumsIsStrict(t *testing.T) {
	good := sumA + "  a\n" + sumB + "  b\n# editable\n" + sumA + "  c\n"
	if _, err := ParseChecksums([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"another order":           sumA + "  b\n" + sumA + "  a\n",
		"a path twice":            sumA + "  a\n" + sumA + "  a\n",
		"a path in both sections": sumA + "  a\n# editable\n" + sumA + "  a\n",
		"upper case":              strings.ToUpper(sumA) + "  a\n",
		"a short hash":            sumA[1:] + "  a\n",
		"no hex":                  "g" + sumA[1:] + "  a\n",
		"one space":               sumA + " a\n",
		"three spaces":            sumA + "   a\n",
		"binary mode":             sumA + " *a\n",
		"no path":                 sumA + "  \n",
		"carriage returns":        sumA + "  a\r\n",
		"no last newline":         sumA + "  a",
		"an empty line":           "\n" + sumA + "  a\n",
		"a comment":               "# x\n" + sumA + "  a\n",
		"the mark twice":          "# editable\n" + sumA + "  a\n# editable\n" + sumA + "  b\n",
		"nothing after the mark":  sumA + "  a\n# editable\n",
		"an absolute path":        sumA + "  /etc/passwd\n",
		"an escape":               sumA + "  ../a\n",
		"Git's own file":          sumA + "  .git/config\n",
		"the list itself":         sumA + "  checksums.txt\n",
		"a byte order mark":       "\ufeff" + sumA + "  a\n",
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
	f.Add([]byte(sumA + "  ../a\n"))
	f.Add([]byte(""))
	f.Fuzz(func(t *testing.T, data []byte) {
		sums, err := ParseChecksums(data)
		if err != nil {
			return
		}
		if back := sums.Bytes(); !bytes.Equal(back, data) {
			t.Errorf("%q comes back as %q", data, back)
		}
		for _, sum := range sums {
			if err := CheckPath(sum.Path); err != nil {
				t.Error(err)
			}
		}
	})
}
