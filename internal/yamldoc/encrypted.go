package yamldoc

import "regexp"

// sops matches the note that SOPS leaves in what it encrypts, and mac the code that is in each.
var (
	sops = regexp.MustCompile(`(?m)^sops:\s*$|"sops"\s*:\s*\{`)
	mac  = regexp.MustCompile(`\bmac"?\s*:\s*"?ENC\[`)
)

// Encrypted reports whether a text is a document that SOPS has encrypted: its keys can be read, and
// its values are cipher text.
func Encrypted(text []byte) bool { return sops.Match(text) && mac.Match(text) }
