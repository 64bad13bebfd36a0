package server

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/internal/strictyaml"
)

// maxScenarioHeader bounds the header X-Mock-Scenario, in bytes.
const maxScenarioHeader = 4 << 10

// Anchors outside these years could not be written as RFC 3339 once an offset is added.
const (
	firstAnchorYear = 1
	lastAnchorYear  = 9990
)

// maxElapsed bounds X-Mock-Elapsed.
const maxElapsed = 10 * 365 * 24 * time.Hour

// controls are what a request asks of the mock, and what the answer says back of it.
type controls struct {
	scenario     string
	forced       bool
	session      string // "" for the default one
	seed         uint64
	seedHeader   []string // nil when the request gives no seed
	anchor       time.Time
	anchorHeader []string
	anchored     bool // by the request
	elapsed      time.Duration
	timed        bool // elapsed is given
}

// controlHeaders are the X-Mock-* headers of a request as they came.
type controlHeaders struct {
	scenario, session, seed, anchor, elapsed []string
	unknown                                  string
}

// readControls reads every X-Mock-* header. Nothing is ignored: one that the mock does not know, or does not offer yet
// (delay, fault, data), is a problem.
func (s *Server) readControls(header http.Header) (controls, *problem) {
	found := findControls(header)
	result := controls{anchor: s.anchor, anchorHeader: s.anchorHeader}
	if found.unknown != "" {
		known := []string{HeaderAnchor, HeaderElapsed, HeaderScenario, HeaderSeed, HeaderSession}
		return result, unanswerable(codeUnsupportedControl, "the mock does not offer the header "+quote(found.unknown)).
			near(strictyaml.Closest(cut(found.unknown, maxEcho), known), known)
	}
	if p := result.readScenario(found.scenario); p != nil {
		return result, p
	}
	if p := result.readSession(found.session); p != nil {
		return result, p
	}
	if p := result.readAnchor(found.anchor); p != nil {
		return result, p
	}
	if p := result.readElapsed(found.elapsed); p != nil {
		return result, p
	}
	return result, result.readSeed(found.seed)
}

func findControls(header http.Header) controlHeaders {
	var found controlHeaders
	for name, values := range header {
		if !strings.HasPrefix(name, controlPrefix) {
			continue
		}
		switch name {
		case HeaderScenario:
			found.scenario = values
		case HeaderSession:
			found.session = values
		case HeaderElapsed:
			found.elapsed = values
		case HeaderSeed:
			found.seed = values
		case HeaderAnchor:
			found.anchor = values
		default:
			// The least name, so that one request always gets one answer.
			if found.unknown == "" || name < found.unknown {
				found.unknown = name
			}
		}
	}
	return found
}

func (c *controls) readScenario(values []string) *problem {
	if len(values) == 0 {
		return nil
	}
	text := values[0]
	if len(values) > 1 {
		text = strings.Join(values, ",")
	}
	if len(text) > maxScenarioHeader {
		return unanswerable(codeBadScenario, "the header "+HeaderScenario+" has "+strconv.Itoa(len(text))+
			" bytes, want at most "+strconv.Itoa(maxScenarioHeader))
	}
	if strings.Trim(text, " \t,") == "" {
		return unanswerable(codeBadScenario, "the header "+HeaderScenario+" names no scenario")
	}
	c.scenario, c.forced = text, true
	return nil
}

func (c *controls) readSeed(values []string) *problem {
	if len(values) == 0 {
		return nil
	}
	seed, err := strconv.ParseUint(strings.TrimSpace(values[0]), 10, 64)
	if err != nil || len(values) > 1 {
		return unanswerable(codeBadSeed, "the header "+HeaderSeed+" is "+quote(strings.Join(values, ", "))+
			", want one whole number from 0 to 18446744073709551615")
	}
	c.seed, c.seedHeader = seed, []string{strconv.FormatUint(seed, 10)}
	return nil
}

func (c *controls) readAnchor(values []string) *problem {
	if len(values) == 0 {
		return nil
	}
	anchor, ok := parseInstant(strings.TrimSpace(cut(values[0], maxEcho)))
	if !ok || len(values) > 1 {
		return unanswerable(codeBadAnchor, "the header "+HeaderAnchor+" is "+quote(strings.Join(values, ", "))+
			", want one instant from year 1 to 9990 such as 2026-01-05T09:00:00Z")
	}
	c.anchor, c.anchorHeader, c.anchored = anchor, []string{anchor.Format(time.RFC3339Nano)}, true
	return nil
}

func (c *controls) readSession(values []string) *problem {
	if len(values) == 0 {
		return nil
	}
	if len(values) > 1 {
		return unanswerable(codeBadSession, "the header "+HeaderSession+" is there "+strconv.Itoa(len(values))+" times, want one session")
	}
	if wrong := checkSessionName(values[0]); wrong != "" {
		return unanswerable(codeBadSession, "the header "+HeaderSession+": "+wrong)
	}
	c.session = values[0]
	return nil
}

// readElapsed reads a Go duration.
func (c *controls) readElapsed(values []string) *problem {
	if len(values) == 0 {
		return nil
	}
	elapsed, err := time.ParseDuration(strings.TrimSpace(cut(values[0], maxEcho)))
	if err != nil || len(values) > 1 || elapsed < 0 || elapsed > maxElapsed {
		return unanswerable(codeBadElapsed, "the header "+HeaderElapsed+" is "+quote(strings.Join(values, ", "))+
			", want one duration from 0s to 87600h such as 12s or 1m30s")
	}
	c.elapsed, c.timed = elapsed, true
	return nil
}
