package charttest

import (
	"os"
	"path/filepath"
	"testing"
)

// Public are the archives in $AICR_CHARTS, a directory of public charts (.tgz), by file name. They
// are not part of the repository; without them the test is skipped and says so.
func Public(t testing.TB) map[string][]byte {
	t.Helper()
	dir := os.Getenv("AICR_CHARTS")
	if dir == "" {
		t.Skip("charts: SKIPPED ($AICR_CHARTS names no directory of public charts)")
	}
	return archives(t, filepath.Join(dir, "*.tgz"))
}

// Cached are the charts in the user's cache, by digest; none where there is no cache.
func Cached(t testing.TB) map[string][]byte {
	t.Helper()
	base, err := os.UserCacheDir()
	if err != nil {
		return nil
	}
	return archives(t, filepath.Join(base, "aicr", "charts", "blobs", "sha256", "*"))
}

func archives(t testing.TB, pattern string) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = data
	}
	return all
}
