package contract

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/internal/schema"
)

// JudgeResponse judges status, media type, headers, body schema and rules of an exchange with this operation. Rules that read
// oldSelf are left to the judgement of traces. Of an undocumented status nothing else is judged, of HEAD no body. The caller bounds
// the size of the body. When ctx ends, the rules not yet evaluated are violations that say so.
func (o *Operation) JudgeResponse(ctx context.Context, x *Exchange) Judgement {
	response := o.Response(x.Status)
	if response == nil {
		return Judgement{Violations: []Violation{o.undocumented(x.Status)}}
	}
	j := judge{operation: o, status: x.Status, at: response.Position}
	if err := o.load().err; err != nil {
		j.broken(inResponseBody, err)
	}
	j.headers(response, x.Header)
	var judgement Judgement
	value, ok := j.responseBody(response, x)
	if ok {
		judgement.Rules = j.rules(ctx, response, x, value)
	}
	sortViolations(j.found)
	judgement.Violations = j.found
	return judgement
}

func (o *Operation) undocumented(status int) Violation {
	var documented []string
	for _, response := range o.load().responses {
		documented = append(documented, response.Status)
	}
	source := o.inferred.of("responses")
	return Violation{
		Operation: o.id, Status: status, Level: levelOf(source), Where: inStatus, Rule: "status",
		Want: oneOfText(documented), Got: strconv.Itoa(status), Inferred: source, Position: o.position,
	}
}

func oneOfText(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return "one of " + strings.Join(names, ", ")
}

// judge collects the violations of one message.
type judge struct {
	operation *Operation
	status    int // 0 for a request
	at        Position
	found     []Violation
}

func (j *judge) add(v Violation) {
	v.Operation, v.Status = j.operation.id, j.status
	if v.Position == (Position{}) {
		v.Position = j.at
	}
	if v.Inferred != "" {
		v.Level = Should
	}
	j.found = append(j.found, v)
}

// broken reports that the contract is at fault: a large one is not checked as a whole when it is loaded.
func (j *judge) broken(where string, err error) {
	j.add(Violation{Where: where, Rule: "contract", Want: "a contract without faults", Got: strings.ReplaceAll(err.Error(), "\n", ", ")})
}

// schema judges a value; every violation's pointer begins with prefix, its rule with kind. cover is the source that covers all of it.
func (j *judge) schema(s *schema.Schema, value any, where, prefix, kind, cover string) {
	problems, err := s.Validate(value)
	if err != nil {
		j.broken(where, err)
		return
	}
	for _, problem := range problems {
		if problem.Keyword == "required" && oneWay(s, problem.Pointer, where) {
			continue
		}
		source := problem.Inferred
		if source == "" {
			source = cover
		}
		j.add(Violation{
			Where: where, Pointer: prefix + problem.Pointer, Rule: kind + problem.Keyword, Want: problem.Want, Got: problem.Got,
			Inferred: source, Position: problem.Position,
		})
	}
}

// oneWay says whether the property at pointer is only ever sent the other way: required then holds only there (OpenAPI 3.0.3,
// "Schema Object", readOnly and writeOnly). OpenAPI 3.1 leaves it open; people mean the same.
func oneWay(s *schema.Schema, pointer, where string) bool {
	property, _ := s.At(pointer)
	return (where == inRequestBody && property.ReadOnly()) || (where == inResponseBody && property.WriteOnly())
}

func (j *judge) headers(response *Response, header http.Header) {
	for i := range response.Headers {
		want := &response.Headers[i]
		if strings.EqualFold(want.Name, "Content-Type") {
			continue // OpenAPI 3.1, "Response Object": it shall be ignored
		}
		pointer := "/" + want.Name
		values := header.Values(want.Name)
		if len(values) == 0 {
			if want.Required {
				j.add(Violation{
					Where: inResponseHeader, Pointer: pointer, Rule: "header/required", Want: "present", Got: "absent",
					Inferred: want.sources.of("required"), Position: want.Position,
				})
			}
			continue
		}
		want.codec.prepare()
		j.texts(want.codec, []string{strings.Join(values, ", ")}, inResponseHeader, pointer, "header/", want.sources.of("schema"))
	}
}
