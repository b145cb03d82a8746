package document

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Ahead holds no more than that many bytes, of that many documents.
const (
	maxAhead      = 4 << 20
	maxAheadFiles = 128
)

// ahead holds what Ahead has parsed and nobody has asked for.
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

// Ahead parses the file, for a later Parse of the same bytes to find it done.
// It changes nothing else: what cannot be read is left to whoever asks for it,
// and so is anything that is no regular file. look may be nil, and sees the root
// of a sound document before anyone may take it.
func Ahead(file string, look func(root *yaml.Node)) {
	data, err := readAhead(file)
	if err != nil {
		return
	}
	root, err := parse(data)
	if root != nil && look != nil {
		look(root)
	}
	ahead.Lock()
	defer ahead.Unlock()
	ahead.parsed = append(ahead.parsed, parsed{data, root, err})
	ahead.size += int64(len(data))
}

var errLeave = errors.New("left to whoever asks for it")

func readAhead(file string) ([]byte, error) {
	ahead.Lock()
	left, full := maxAhead-ahead.size, len(ahead.parsed) >= maxAheadFiles
	ahead.Unlock()
	// A pipe would lose what is read here.
	if info, err := os.Stat(file); full || err != nil || !info.Mode().IsRegular() || info.Size() > left {
		return nil, errLeave
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, left))
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
