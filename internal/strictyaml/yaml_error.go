package strictyaml

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

var parserLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

// searchedBytes is the size up to which the exact place of a fault is searched for: that parses the text some twenty times.
const searchedBytes = 256 << 10

// invalidYAML words a fault of the parser. Its message has no column, and its line is that of the surrounding mapping, or
// none: the place is found as the end of the shortest beginning of the text that has the same fault.
func (b *builder) invalidYAML(data []byte, err error) error {
	match := parserLine.FindStringSubmatch(err.Error())
	problem := strings.TrimPrefix(err.Error(), match[0])
	line, _ := strconv.Atoi(match[1])
	at := place{line: uint32(max(line, 1)), column: 1} //nolint:gosec // a line of a text whose size is bounded
	anchor, missing := strings.CutPrefix(problem, "unknown anchor '")
	anchor = strings.TrimSuffix(anchor, "' referenced")
	if len(data) <= searchedBytes {
		offset := faultOffset(data, err.Error())
		if missing {
			offset = max(offset-len(anchor), 0)
		}
		at = placeOf(data, offset)
	}
	if missing {
		return b.fail(at, fmt.Sprintf("alias %.80q has no anchor before it", anchor), "")
	}
	if strings.Contains(problem, "exceeded max depth") {
		return b.tooDeep(at)
	}
	return b.fail(at, "not YAML: "+problem, syntaxHint(problem))
}

func syntaxHint(problem string) string {
	switch {
	case strings.HasPrefix(problem, "mapping values are not allowed"):
		return `quote text that holds ": ", or check the indentation`
	case strings.HasPrefix(problem, "found character that cannot start any token"):
		return "quote text that begins with @, ` or %, and indent with spaces, not tabs"
	case strings.HasPrefix(problem, "did not find expected key"), strings.HasPrefix(problem, "did not find expected '-'"):
		return "check the indentation and the quotes"
	case strings.HasPrefix(problem, "found unexpected end of stream"):
		return "a quote that opens here is never closed"
	}
	return ""
}

// faultOffset searches for the offset of the last character that the fault needs.
func faultOffset(data []byte, message string) int {
	low, high := 0, len(data) // data[:low] lacks the fault, data[:high] has it
	for high-low > 1 {
		middle := low + (high-low)/2
		if faultOf(data[:middle]) == message {
			high = middle
		} else {
			low = middle
		}
	}
	offset := max(high-1, 0)
	for offset > 0 && !utf8.RuneStart(data[offset]) {
		offset--
	}
	return offset
}

// faultOf returns the message of the first fault in the text, or "".
func faultOf(data []byte) string {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := decode(decoder); err != nil {
			return fmt.Sprint(err)
		}
	}
}
