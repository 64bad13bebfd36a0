package schema_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
)

const processDocument = `
schema:
  type: object
  required: [uuid, status, steps]
  properties:
    uuid: {type: string, format: uuid}
    status: {$ref: "#/components/status"}
    kind: {type: string, enum: [CREATE, UPDATE]}
    name: {type: string, maxLength: 200}
    startTime: {type: string, format: date-time}
    endTime: {type: string, format: date-time}
    errors: {type: array, items: {$ref: "#/components/error"}}
    steps: {type: array, items: {$ref: "#/components/step"}}
components:
  status: {type: string, enum: [NOT_STARTED, IN_PROGRESS, COMPLETED, FAILED, NOT_NEEDED]}
  error: {type: object, properties: {code: {type: integer, format: int32}, title: {type: string}}}
  step:
    type: object
    required: [uuid, order, status]
    properties:
      uuid: {type: string, format: uuid}
      order: {type: integer, format: int32, minimum: 1}
      key: {type: string, pattern: "^[A-Z_]+$"}
      name: {type: string}
      detail: {type: string}
      startTime: {type: string, format: date-time}
      endTime: {type: string, format: date-time}
      status: {$ref: "#/components/status"}
`

// processBody is about 1.6 KB of JSON.
func processBody() map[string]any {
	var steps []any
	for i := range 6 {
		steps = append(steps, map[string]any{
			"uuid": fmt.Sprintf("8b6c0ad7-6c5d-4a39-9a32-2f8cf4b5b6a%d", i), "order": json.Number(strconv.Itoa(i + 1)),
			"key": "VALIDATE_REQUEST", "name": "Validate the request", "detail": "Checks what was sent",
			"startTime": "2026-11-07T10:00:00Z", "endTime": "2026-11-07T10:00:05Z", "status": "COMPLETED",
		})
	}
	return map[string]any{
		"uuid": "8b6c0ad7-6c5d-4a39-9a32-2f8cf4b5b6a1", "status": "COMPLETED", "kind": "CREATE", "name": "Create",
		"startTime": "2026-11-07T10:00:00Z", "endTime": "2026-11-07T10:00:30Z", "errors": []any{}, "steps": steps,
	}
}

func BenchmarkValidate(b *testing.B) {
	s := schemaOf(b, processDocument)
	body := processBody()
	var text bytes.Buffer
	if err := json.NewEncoder(&text).Encode(body); err != nil {
		b.Fatal(err)
	}
	b.Run("valid", func(b *testing.B) {
		b.SetBytes(int64(text.Len()))
		b.ReportAllocs()
		for b.Loop() {
			if problems, err := s.Validate(body); err != nil || problems != nil {
				b.Fatal(problems, err)
			}
		}
	})
	broken := processBody()
	broken["status"], broken["uuid"] = "DONE", "x"
	b.Run("two problems", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if problems, err := s.Validate(broken); err != nil || len(problems) != 2 {
				b.Fatal(problems, err)
			}
		}
	})
}
