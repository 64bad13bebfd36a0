package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// Kinds of credentials, as contract.Credentials.Kind says them.
const (
	kindBasic  = "basic"
	kindBearer = "bearer"
	kindKey    = "apiKey"

	// kindCertificate is the business of whoever listens; no list names certificates.
	kindCertificate = "mutualTLS"
)

// credentialsLimits bound a credentials file.
func credentialsLimits() strictyaml.Limits {
	return strictyaml.Limits{Bytes: 4 << 20, Depth: 8, Nodes: 200_000}
}

// Credentials are the principals who may come in. Only digests of their secrets are kept. Immutable, safe for concurrent
// use; the zero value lets nobody in.
type Credentials struct{ principals []principal }

// principal is one who may come in.
type principal struct {
	kind         string
	user, secret [sha256.Size]byte
	scopes       []string
}

// String says how many there are, never who.
func (c *Credentials) String() string { return strconv.Itoa(len(c.principals)) + " principals" }

// credentialsFile is the file's shape.
type credentialsFile struct {
	Principals []*strictyaml.Node `yaml:"principals"`
}

// principalEntry is one item of the file.
type principalEntry struct {
	User     *string  `yaml:"user"`
	Password *string  `yaml:"password"`
	Token    *string  `yaml:"token"`
	Key      *string  `yaml:"key"`
	Scopes   []string `yaml:"scopes"`
}

// LoadCredentials reads a YAML file that lists principals: each has user and password, or a token, or a key, and its
// scopes (none when left out). The error joins every problem, one line each, and never shows a secret.
func LoadCredentials(fsys fs.FS, name string) (*Credentials, error) {
	data, err := strictyaml.ReadFile(fsys, name, credentialsLimits())
	if err != nil {
		return nil, fmt.Errorf("load credentials: %w", err)
	}
	node, err := strictyaml.Parse(name, data, credentialsLimits())
	if err != nil {
		return nil, fmt.Errorf("load credentials: %w", err)
	}
	var problems strictyaml.Problems
	var file credentialsFile
	strictyaml.Decode(node, &file, "credentials", &problems)
	result := &Credentials{}
	seen := map[[2][sha256.Size]byte]bool{}
	for i, item := range file.Principals {
		result.add(item, fmt.Sprintf("principal %d", i+1), seen, &problems)
	}
	if len(file.Principals) == 0 && problems.Len() == 0 {
		problems.Add(node.Position(), "credentials", "no principals", "")
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return result, nil
}

// add reads one principal.
func (c *Credentials) add(item *strictyaml.Node, subject string, seen map[[2][sha256.Size]byte]bool, problems *strictyaml.Problems) {
	var entry principalEntry
	before := problems.Len()
	strictyaml.Decode(item, &entry, subject, problems)
	if problems.Len() > before {
		return
	}
	if problem := entry.problem(); problem != "" {
		problems.Add(item.Position(), subject, problem, "give user and password, or token, or key")
		return
	}
	added := principal{scopes: entry.Scopes}
	var identity [sha256.Size]byte
	switch {
	case entry.User != nil:
		added.kind, added.user, added.secret = kindBasic, digest(*entry.User), digest(*entry.Password)
		identity = added.user
	case entry.Token != nil:
		added.kind, added.secret = kindBearer, digest(*entry.Token)
		identity = added.secret
	default:
		added.kind, added.secret = kindKey, digest(*entry.Key)
		identity = added.secret
	}
	key := [2][sha256.Size]byte{digest(added.kind), identity}
	if seen[key] {
		problems.Add(item.Position(), subject, "stands twice in the list", "")
		return
	}
	seen[key] = true
	c.principals = append(c.principals, added)
}

// problem says what is wrong with an entry, or "".
func (e *principalEntry) problem() string {
	given := 0
	for _, value := range []*string{e.User, e.Token, e.Key} {
		if value == nil {
			continue
		}
		given++
		if *value == "" {
			return "an empty user, token or key"
		}
	}
	switch {
	case given != 1:
		return "want one kind of credentials, got " + strconv.Itoa(given)
	case (e.User == nil) != (e.Password == nil):
		return "user and password go together"
	case e.User != nil && strings.Contains(*e.User, ":"):
		return "a user name has no colon (RFC 7617)"
	}
	return ""
}

// principal finds who sent the credentials, or nil. It looks at every principal, in constant time each, so that the
// time it takes does not tell how far a guess came.
func (c *Credentials) principal(sent *contract.Credentials) *principal {
	user, secret := digest(sent.User), digest(sent.Secret)
	found := -1
	for i := range c.principals {
		p := &c.principals[i]
		same := subtle.ConstantTimeCompare(p.secret[:], secret[:])
		if sent.Kind == kindBasic {
			same &= subtle.ConstantTimeCompare(p.user[:], user[:])
		}
		if p.kind == sent.Kind && same == 1 {
			found = i
		}
	}
	if found < 0 {
		return nil
	}
	return &c.principals[found]
}

// missing lists the required scopes that the principal lacks.
func (p *principal) missing(required []string) []string {
	var missing []string
	for _, scope := range required {
		if !slices.Contains(p.scopes, scope) {
			missing = append(missing, scope)
		}
	}
	return missing
}

func digest(text string) [sha256.Size]byte { return sha256.Sum256([]byte(text)) }
