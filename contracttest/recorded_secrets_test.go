package contracttest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/contracttest"
)

// No output shows what somebody was let in with, wherever it stands.
func TestJudgeHidesSecrets(t *testing.T) {
	t.Parallel()
	secrets := []string{"s3cr3t", dealer()[6:], "t0k3n-value", "c00kie-value", "k3y-value", "acc3ss-value", "urlpassw0rd"}
	a := newArchive(t, nil)
	entry := a.get("https://dealer:urlpassw0rd@api.example.com/manage/v2/asyncProcesses/"+recordedID+"?access_token=acc3ss-value&x=1",
		"Authorization", dealer(), "X-Auth-Token", "t0k3n-value", "Cookie", "sid=c00kie-value", "X-Api-Key", "k3y-value")
	change(t, entry, "status", strings.Join(secrets, " "))
	response := entry["response"].(map[string]any)
	response["headers"] = append(response["headers"].([]map[string]string), map[string]string{"name": "set-cookie", "value": "sid=c00kie-value; Path=/"})
	later := maps.Clone(entry)
	later["startedDateTime"] = a.now.Format(time.RFC3339)
	a.entries = append(a.entries, later)
	recording := a.load()
	report := judge(t, recording, contracttest.RecordedParams{})
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	if report.ExitCode() != 1 || len(report.Cases) != 3 {
		t.Fatalf("want violations:\n%s", text(t, report))
	}
	outputs := []string{text(t, report), string(data)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%d", "%s"} {
		outputs = append(outputs, fmt.Sprintf(verb, recording))
	}
	for _, secret := range secrets {
		for i, output := range outputs {
			if strings.Contains(output, secret) {
				t.Errorf("output %d shows %q:\n%s", i, secret, output)
			}
		}
	}
	if fmt.Sprint(recording) != "recording traffic.har of 2 exchanges" {
		t.Errorf("got %v", recording)
	}
}

// What stands where the contract's API keys do is a secret, whatever its name.
func TestJudgeHidesKeys(t *testing.T) {
	t.Parallel()
	for scheme, curl := range map[string]string{
		"{type: apiKey, in: header, name: X-Pass}": `-H 'X-Pass: '"$UNDERSTUDY_TOKEN"`,
		"{type: apiKey, in: query, name: pass}":    `-G --data-urlencode 'pass='"$UNDERSTUDY_TOKEN"`,
		"{type: apiKey, in: cookie, name: pass}":   `-b 'pass='"$UNDERSTUDY_TOKEN"`,
		"{type: http, scheme: bearer}":             `-H 'Authorization: Bearer '"$UNDERSTUDY_TOKEN"`,
	} {
		c := catalog(t, fmt.Sprintf(guarded, scheme))
		a := newArchive(t, c)
		entry := a.get("http://h/things/1?pass=hunter2", "X-Pass", "hunter2", "Authorization", "Bearer hunter2")
		entry["request"].(map[string]any)["cookies"] = []map[string]string{{"name": "pass", "value": "hunter2"}}
		content(entry)["text"] = `{"id": "hunter2"}`
		report := judge(t, a.load(), contracttest.RecordedParams{Scenarios: c})
		data, err := json.Marshal(report)
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Cases) != 1 || strings.Contains(string(data), "hunter2") || strings.Contains(text(t, report), "hunter2") {
			t.Errorf("%s: %s", scheme, data)
		}
		if !strings.Contains(report.Cases[0].Curl, curl) {
			t.Errorf("%s: want %s in %s", scheme, curl, report.Cases[0].Curl)
		}
	}
}
