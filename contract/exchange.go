package contract

import (
	"net/http"
	"net/url"
)

// Exchange is one request and the response to it; bodies are decoded text (no transfer or content coding).
type Exchange struct {
	Method        string
	URL           *url.URL
	RequestHeader http.Header
	RequestBody   []byte
	Status        int
	Header        http.Header
	Body          []byte
}

// RuleResult is how one rule fared on one exchange.
type RuleResult struct {
	Rule    *Rule
	Applied int // places where it was applicable; 0 means not exercised
	Broken  int
}

// Judgement is what JudgeResponse or JudgeTrace found.
type Judgement struct {
	Violations []Violation // sorted: must first, then status, headers, body by pointer
	Rules      []RuleResult
}
