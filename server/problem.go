package server

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

// What a problem echoes of a request, and how much it lists, is bounded.
const (
	maxEcho   = 200
	maxDetail = 1000
	maxNames  = 100
)

// problem is an answer in the mock's own voice (RFC 9457).
type problem struct {
	Type       string   `json:"type"`
	Title      string   `json:"title"`
	Status     int      `json:"status"`
	Detail     string   `json:"detail"`
	Code       string   `json:"code"`
	Closest    string   `json:"closest,omitempty"`
	Names      []string `json:"names,omitempty"`
	Violations []string `json:"violations,omitempty"`

	allow string // the Allow header of a 405
}

func newProblem(status int, code, detail string) *problem {
	return &problem{
		Type:   "urn:understudy:problem:" + code,
		Title:  strings.ReplaceAll(code, "-", " "),
		Status: status,
		Detail: cut(detail, maxDetail),
		Code:   code,
	}
}

// unanswerable is a problem of the control headers, or of the mock itself, on a path of the contract.
func unanswerable(code, detail string) *problem {
	return newProblem(http.StatusNotImplemented, code, detail)
}

// near adds what exists: the closest name, and a list of bounded length.
func (p *problem) near(closest string, names []string) *problem {
	p.Closest, p.Names = cut(closest, maxEcho), names[:min(len(names), maxNames)]
	return p
}

// fail writes p. The contract's error schema is never used here: a test must not take this for the API's answer.
func (s *Server) fail(c *gin.Context, p *problem) {
	s.logger.LogAttrs(c.Request.Context(), slog.LevelWarn, "not answered", slog.String("code", p.Code), slog.Int("status", p.Status),
		slog.String("method", cut(c.Request.Method, maxEcho)), slog.String("path", cut(c.Request.URL.Path, maxEcho)),
		slog.String("detail", p.Detail))
	h := c.Writer.Header()
	h[HeaderError] = []string{p.Code}
	if p.allow != "" {
		h[headerAllow] = []string{p.allow}
	}
	s.writeJSON(c, p.Status, mediaProblem, p)
}

// writeJSON encodes v for answers off the hot path.
func (s *Server) writeJSON(c *gin.Context, status int, mediaType string, v any) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		s.logger.Error("encode answer", slog.Any("error", err))
		status = http.StatusInternalServerError
		body.Reset()
	}
	h := c.Writer.Header()
	h[headerType] = []string{mediaType}
	h[headerLength] = []string{strconv.Itoa(body.Len())}
	h[headerOptions] = []string{"nosniff"}
	h[headerCacheControl] = []string{"no-store"}
	s.send(c, status, body.Bytes())
}

// send writes the head, and the body unless the request is a HEAD. Gin presets NoRoute's status to 404, so it is always set.
func (s *Server) send(c *gin.Context, status int, body []byte) {
	c.Status(status)
	c.Writer.WriteHeaderNow()
	if len(body) == 0 || c.Request.Method == http.MethodHead {
		return
	}
	if _, err := c.Writer.Write(body); err != nil {
		s.logger.Debug("client went away", slog.Any("error", err))
	}
}

// cut keeps at most limit bytes of s, whole runes, and says that it cut.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	end := limit
	for end > limit-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.ToValidUTF8(s[:end], "\uFFFD") + "…"
}

// quote renders text from outside for a sentence.
func quote(s string) string { return strconv.Quote(cut(s, maxEcho)) }
