package server

// Headers of the mock. A request sends Scenario, Session, Seed, Anchor and Elapsed; every answer from the contract carries
// Scenario, Seed and Anchor back, and Elapsed where it plays over time, so that pasting them into a request gives the same body
// again, but for what is fresh in every answer. Evicted counts the resources that the session lost because the mock remembers
// too many. Error is the code of an answer that is the mock's own. Violation says what in the request made the contract refuse it.
const (
	HeaderScenario  = "X-Mock-Scenario"
	HeaderSession   = "X-Mock-Session"
	HeaderElapsed   = "X-Mock-Elapsed"
	HeaderEvicted   = "X-Mock-Evicted"
	HeaderSeed      = "X-Mock-Seed"
	HeaderAnchor    = "X-Mock-Anchor"
	HeaderError     = "X-Mock-Error"
	HeaderViolation = "X-Mock-Violation"
)

// controlPrefix starts every header that speaks to the mock; one that it does not know is refused, not ignored.
const controlPrefix = "X-Mock-"

const (
	headerAllow        = "Allow"
	headerAuthenticate = "Www-Authenticate"
	headerCacheControl = "Cache-Control"
	headerLength       = "Content-Length"
	headerOptions      = "X-Content-Type-Options"
	headerType         = "Content-Type"
)

const (
	mediaJSON    = "application/json"
	mediaProblem = "application/problem+json"
)

// Codes of X-Mock-Error. Scenarios adds unknown-scenario, scenario-conflict and unplayable.
const (
	codeNoOperation        = "no-operation"
	codeMethodNotAllowed   = "method-not-allowed"
	codeBadScenario        = "bad-scenario"
	codeBadSeed            = "bad-seed"
	codeBadAnchor          = "bad-anchor"
	codeBadElapsed         = "bad-elapsed"
	codeUnsupportedControl = "unsupported-control"
	codeBodyTooLarge       = "body-too-large"
	codeBodyUnreadable     = "body-unreadable"
	codeCallsExhausted     = "calls-exhausted"
	codeUnplayable         = "unplayable"
	codeNoRefusal          = "no-refusal"
	codeInternal           = "internal"
	codeNotFound           = "not-found"
	codeForeignHost        = "foreign-host"
	codeCrossOrigin        = "cross-origin"
	codeUnknownParameter   = "unknown-parameter"
	codeUnknownOperation   = "unknown-operation"
)
