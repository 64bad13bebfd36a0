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

// controls are what a request asks of the mock. seedHeader and anchorHeader are what the answer says back.
type controls struct {
	scenario     string
	forced       bool
	seed         uint64
	seedHeader   []string
	anchor       time.Time
	anchorHeader []string
}

// controlHeaders are the X-Mock-* headers of a request as they came.
type controlHeaders struct {
	scenario, seed, anchor []string
	unknown                string
}

// readControls reads every X-Mock-* header. Nothing is ignored: one that the mock does not know, or does not offer yet
// (session, delay, fault, elapsed, data), is a problem.
func (s *Server) readControls(header http.Header) (controls, *problem) {
	found := findControls(header)
	result := controls{seed: s.seed, seedHeader: s.seedHeader, anchor: s.anchor, anchorHeader: s.anchorHeader}
	if found.unknown != "" {
		known := []string{HeaderAnchor, HeaderScenario, HeaderSeed}
		return result, unanswerable(codeUnsupportedControl, "the mock does not offer the header "+quote(found.unknown)).
			near(strictyaml.Closest(cut(found.unknown, maxEcho), known), known)
	}
	if p := result.readScenario(found.scenario); p != nil {
		return result, p
	}
	if p := result.readSeed(found.seed); p != nil {
		return result, p
	}
	return result, result.readAnchor(found.anchor)
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
	text := strings.TrimSpace(cut(values[0], maxEcho))
	anchor, err := time.Parse(time.RFC3339, text)
	anchor = anchor.UTC()
	// time.Parse lets a short hour and a comma pass, RFC 3339 does not.
	if err != nil || text[13] != ':' || strings.Contains(text, ",") || len(values) > 1 ||
		anchor.Year() < firstAnchorYear || anchor.Year() > lastAnchorYear {
		return unanswerable(codeBadAnchor, "the header "+HeaderAnchor+" is "+quote(strings.Join(values, ", "))+
			", want one instant such as 2026-01-05T09:00:00Z")
	}
	c.anchor, c.anchorHeader = anchor, []string{anchor.Format(time.RFC3339Nano)}
	return nil
}
