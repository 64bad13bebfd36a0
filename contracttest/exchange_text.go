package contracttest

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/understudy-dev/understudy/contract"
)

const (
	maxShown  = 2 << 10  // bytes of the text of one exchange
	maxKept   = 64 << 10 // bytes that a report keeps of one body
	maxReason = 500      // bytes of one reason
)

// kept cuts the body, because a report holds every exchange of the run.
func kept(x *contract.Exchange) *contract.Exchange {
	if len(x.Body) > maxKept {
		x.Body = bytes.Clone(x.Body[:maxKept])
	}
	return x
}

// cut shortens what may repeat a provider's words.
func cut(reason string) string {
	if len(reason) <= maxReason {
		return reason
	}
	return strings.ToValidUTF8(reason[:maxReason], "") + "…"
}

// exchangeText writes an exchange as HTTP/1.1 would, cut at 2 KB. Credentials are left out, and control characters
// are shown, not obeyed.
func exchangeText(x *contract.Exchange) string {
	if x == nil {
		return ""
	}
	var text strings.Builder
	target := ""
	if x.URL != nil {
		target = x.URL.RequestURI()
	}
	fmt.Fprintf(&text, "> %s %s\n", x.Method, target)
	writeHeader(&text, "> ", x.RequestHeader)
	fmt.Fprintf(&text, "< %d %s\n", x.Status, http.StatusText(x.Status))
	writeHeader(&text, "< ", x.Header)
	text.WriteByte('\n')
	text.Write(x.Body[:min(len(x.Body), maxShown)])
	shown := text.String()
	if len(shown) > maxShown {
		return printable(shown[:maxShown]) + "…"
	}
	return printable(shown)
}

func writeHeader(text *strings.Builder, prefix string, h http.Header) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			if strings.HasSuffix(name, "Authorization") {
				value = redacted
			}
			fmt.Fprintf(text, "%s%s: %s\n", prefix, name, value)
		}
	}
}

// printable replaces what a terminal would obey, and bytes that are no text.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || r == unicode.ReplacementChar) {
			return '·'
		}
		return r
	}, strings.ToValidUTF8(text, "·"))
}
