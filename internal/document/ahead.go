package document

import (
	"bytes"
	"io"
	"io/fs"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"
)

// maxAhead bounds, in bytes, what Ahead holds: a recipe and a registry of the
// usual size, and of a hostile one no more than some 20 MB of nodes.
const maxAhead = 256 << 10

// ahead holds what Ahead has parsed and nobody has asked for. It is the one state
// of the package, and Parse answers the same with it and without it.
var ahead struct {
	sync.Mutex
	parsed []parsed
	size   int64
}

type parsed struct {
	data []byte
	root *yaml.Node
	err  error
}

// Ahead parses the file, for a later Parse of the same bytes to find it done. What
// cannot be read is left to whoever asks for it, and so is what is large or no
// regular file.
func Ahead(fsys fs.FS, name string) {
	data := readAhead(fsys, name)
	if data == nil {
		return
	}
	root, err := parse(data)
	ahead.Lock()
	defer ahead.Unlock()
	if ahead.size+int64(len(data)) <= maxAhead {
		ahead.parsed = append(ahead.parsed, parsed{data, root, err})
		ahead.size += int64(len(data))
	}
}

func readAhead(fsys fs.FS, name string) []byte {
	// A pipe would lose what is read here.
	if info, err := fs.Stat(fsys, name); err != nil || !info.Mode().IsRegular() || info.Size() > maxAhead {
		return nil
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxAhead+1))
	if err != nil || len(data) == 0 || len(data) > maxAhead {
		return nil
	}
	return data
}

// takeAhead returns the document that Ahead has parsed, to the first who asks:
// a node may be changed by its owner.
func takeAhead(data []byte) (parsed, bool) {
	ahead.Lock()
	defer ahead.Unlock()
	i := slices.IndexFunc(ahead.parsed, func(p parsed) bool { return bytes.Equal(p.data, data) })
	if i < 0 {
		return parsed{}, false
	}
	p := ahead.parsed[i]
	ahead.parsed = slices.Delete(ahead.parsed, i, i+1)
	ahead.size -= int64(len(data))
	return p, true
}
