package contracttest

import (
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// What bounds a recording.
const (
	maxRecordedBytes   = 64 << 20
	maxRecordedEntries = 10_000
	maxRecordedWrong   = 20 // problems that are reported
)

// Recording is traffic that somebody recorded, in the order of its file. No way of printing it shows what was sent. Immutable, safe
// for concurrent use.
type Recording struct {
	name    string
	entries []*recorded
}

// recorded is one entry of a recording.
type recorded struct {
	number   int           // in the file, from 1
	at       time.Time     // when the request began; zero when unknown
	took     time.Duration // until the answer was there; 0 when unknown
	run      int           // entries of different runs cannot be put into an order
	exchange *contract.Exchange
	aside    aside

	noBody, noRequestBody bool // there was one, or may have been, and it was not recorded
}

// aside says why an entry tells nothing of the provider.
type aside int

const (
	judgeable aside = iota
	foreign         // no path of the contract, no method there, or another server
	unanswered
	cached // the client answered itself
)

// String says how much there is.
func (r *Recording) String() string {
	if r == nil {
		return "no recording"
	}
	return fmt.Sprintf("recording %s of %d exchanges", r.name, len(r.entries))
}

// GoString is String.
func (r *Recording) GoString() string { return r.String() }

// Format writes String for every verb, because %d would print the fields one by one.
func (r *Recording) Format(state fmt.State, _ rune) {
	_, _ = io.WriteString(state, r.String()) // fmt has no place for an error
}

// LoadRecording reads recorded traffic: a HAR file (HTTP Archive 1.2, as browsers and proxies write it), or the JSON report of a run. What is
// in it is told by its first key. At most 64 MiB and 10,000 entries are read; problems have positions, and of many the first 20 are
// reported. An answer whose body was not recorded is no problem: the rest of it is judged.
func LoadRecording(fsys fs.FS, name string) (*Recording, error) {
	limits := strictyaml.Limits{Bytes: maxRecordedBytes}
	data, err := strictyaml.ReadFile(fsys, name, limits)
	if err != nil {
		return nil, fmt.Errorf("load recording: %w", err)
	}
	root, err := strictyaml.Parse(name, data, limits)
	if err != nil {
		return nil, err
	}
	l := &recordingLoader{recording: &Recording{name: name}}
	switch {
	case root.Field("log") != nil:
		l.har(root)
	case root.Field("cases") != nil:
		l.report(root)
	default:
		l.problems.Add(root.Position(), "recording", `there is neither "log" nor "cases"`, "want a HAR file, or the JSON report of a run")
	}
	if err := l.problems.Err(); err != nil {
		return nil, err
	}
	return l.recording, nil
}

type recordingLoader struct {
	recording *Recording
	problems  strictyaml.Problems
	subject   string // what is being read
}

// room says whether another entry may be read; what is too much is reported with its place.
func (l *recordingLoader) room(at *strictyaml.Node) bool {
	if len(l.recording.entries) == maxRecordedEntries {
		l.problems.Add(at.Position(), "recording", fmt.Sprintf("it has more than %d entries", maxRecordedEntries), "split it, or record less")
		return false
	}
	return l.problems.Len() < maxRecordedWrong
}

// add keeps an entry under the next number.
func (l *recordingLoader) add(one *recorded) {
	one.number = len(l.recording.entries) + 1
	l.recording.entries = append(l.recording.entries, one)
}

// next names the entry that is read next.
func (l *recordingLoader) next() {
	l.subject = fmt.Sprintf("entry %d", len(l.recording.entries)+1)
}

// child is the value under key, nil when it is absent, null or not of this kind; the latter is a problem.
func (l *recordingLoader) child(n *strictyaml.Node, key string, kind strictyaml.Kind) *strictyaml.Node {
	value := n.Field(key)
	if value.Kind() == kind {
		return value
	}
	if value.Kind() != strictyaml.Null {
		l.wrong(value, key, kind.String())
	}
	return nil
}

// needed is a child that has to be there.
func (l *recordingLoader) needed(n *strictyaml.Node, key string, kind strictyaml.Kind) *strictyaml.Node {
	if n != nil && n.Field(key).Kind() == strictyaml.Null {
		l.problems.Add(n.Position(), l.subject, fmt.Sprintf("there is no %q", key), "")
	}
	return l.child(n, key, kind)
}

func (l *recordingLoader) wrong(value *strictyaml.Node, key, want string) {
	l.problems.Add(value.Position(), l.subject, fmt.Sprintf("%s: want %s, got %s", key, want, value.Describe()), "")
}
