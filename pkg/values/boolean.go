package values

import "regexp"

var booleanWord = regexp.MustCompile(`^(?i:true|false|yes|no|on|off|y|n)$`)

// BooleanWord reports whether text is a word that people write for true or false.
func BooleanWord(text string) bool { return booleanWord.MatchString(text) }
