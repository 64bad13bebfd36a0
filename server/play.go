package server

import (
	"errors"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/scenarios"
)

// play is an answer made ready for the wire: its header values exist once and are shared by every response. Values are
// slices without spare room, so whoever appends to a response's header gets a copy.
type play struct {
	answer    *scenarios.Answer
	scenario  []string
	mediaType []string
	templates []headerTemplate
	bodiless  bool            // HTTP allows this status no body (RFC 9110 section 6.4.1)
	frames    []*play         // of an answer over time
	began     []elapsedHeader // when each of them begins, without jitter
	length    atomic.Pointer[lengthHeader]
}

// headerTemplate is one response header: values, or a program that gives the value.
type headerTemplate struct {
	name    string
	values  []string
	program *fixtures.Program
}

// elapsedHeader is the X-Mock-Elapsed of a frame.
type elapsedHeader struct {
	elapsed time.Duration
	values  []string
}

// lengthHeader is the Content-Length of the last body; bodies of one answer mostly have one length.
type lengthHeader struct {
	length int
	values []string
}

// newPlay readies answer. Name is what X-Mock-Scenario says; challenges go with every 401 that has none of its own.
func newPlay(answer *scenarios.Answer, name string, challenges []string) (*play, error) {
	if answer.Status < http.StatusOK || answer.Status > 999 {
		return nil, errors.New("status " + strconv.Itoa(answer.Status) + " cannot be played over HTTP as an answer")
	}
	p := &play{
		answer:   answer,
		scenario: []string{name},
		bodiless: answer.Status == http.StatusNoContent || answer.Status == http.StatusNotModified,
	}
	if answer.MediaType != "" {
		p.mediaType = []string{answer.MediaType}
	}
	challenged := false
	for _, template := range answer.Headers {
		header := headerTemplate{name: textproto.CanonicalMIMEHeaderKey(template.Name), program: template.Program}
		if fixtures.ReservedHeader(header.name) {
			return nil, errors.New("the response header " + quote(template.Name) + " belongs to the server")
		}
		if header.program == nil {
			header.values = []string{printable(template.Static)}
		}
		challenged = challenged || header.name == headerAuthenticate
		p.templates = append(p.templates, header)
	}
	for _, frame := range answer.Frames() {
		one, err := newPlay(frame, name, challenges)
		if err != nil {
			return nil, err
		}
		p.frames = append(p.frames, one)
	}
	for _, elapsed := range answer.Begins(&fixtures.Inputs{}) {
		p.began = append(p.began, elapsedHeader{elapsed, []string{elapsed.String()}})
	}
	if answer.Status == http.StatusUnauthorized && !challenged && challenges != nil {
		p.templates = append(p.templates, headerTemplate{name: headerAuthenticate, values: challenges})
	}
	return p, nil
}

// elapsedOf is what X-Mock-Elapsed says of a frame that began at elapsed.
func (p *play) elapsedOf(frame int, elapsed time.Duration) []string {
	if p.began[frame].elapsed == elapsed {
		return p.began[frame].values
	}
	return []string{elapsed.String()}
}

// setHeaders fills the response's header for one rendering.
func (p *play) setHeaders(h http.Header, x *exchange, length int) {
	if p.mediaType != nil {
		h[headerType] = p.mediaType
	}
	if !p.bodiless {
		h[headerLength] = p.lengthValues(length)
	}
	h[HeaderScenario] = p.scenario
	h[HeaderSeed] = x.answer.seed
	h[HeaderAnchor] = x.answer.anchor
	if x.answer.elapsed != nil {
		h[HeaderElapsed] = x.answer.elapsed
	}
	if x.answer.evicted != "" {
		h[HeaderEvicted] = []string{x.answer.evicted}
	}
	if x.answer.violation != "" {
		h[HeaderViolation] = []string{x.answer.violation}
	}
	for i := range p.templates {
		template := &p.templates[i]
		if template.program == nil {
			h[template.name] = template.values
			continue
		}
		h[template.name] = []string{printable(string(template.program.Render(&x.inputs)))}
	}
}

// lengthValues gives the Content-Length for length, from the last one where it fits.
func (p *play) lengthValues(length int) []string {
	if last := p.length.Load(); last != nil && last.length == length {
		return last.values
	}
	next := &lengthHeader{length: length, values: []string{strconv.Itoa(length)}}
	p.length.Store(next)
	return next.values
}

// printable replaces what a header value may not hold (RFC 9110 section 5.5), so that a path value cannot start a new line.
func printable(value string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return ' '
		}
		return r
	}, value)
}
