package contract

import (
	"cmp"
	"slices"
)

// APIKey is where a security scheme of type apiKey has its key stand in a request.
type APIKey struct {
	In   string // "header", "query" or "cookie"
	Name string // there
}

// APIKeys lists the keys of all security schemes, also of those that no operation asks for, sorted and each once. Who writes down
// requests leaves their values out. The slice is the caller's.
func (c *Contract) APIKeys() []APIKey {
	var keys []APIKey
	for _, s := range c.schemes {
		if s.kind == "apiKey" {
			keys = append(keys, APIKey{In: s.in, Name: s.key})
		}
	}
	slices.SortFunc(keys, func(a, b APIKey) int { return cmp.Or(cmp.Compare(a.In, b.In), cmp.Compare(a.Name, b.Name)) })
	return slices.Compact(keys)
}
