package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/understudy-dev/understudy/scenarios"
	"github.com/understudy-dev/understudy/server"
)

// A test owns a session, and its clock: nothing sleeps.
func ExampleServer_Session() {
	catalog, _ := scenarios.Embedded()
	mock, _ := server.New(catalog)
	session, err := mock.Session("TestCheckout")
	if err != nil {
		fmt.Println(err)
		return
	}
	seed := uint64(7)
	err = session.Start(server.SessionSettings{
		Scenario: "response-500", Seed: &seed, Now: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), Frozen: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.Remove()
	fmt.Println(session.Advance(2*time.Second), session.Now().Format(time.RFC3339))

	// The same over HTTP, for tests in another language.
	answer := httptest.NewRecorder()
	mock.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "http://localhost/_mock/sessions/TestCheckout", http.NoBody)) //nolint:noctx // as short as a reader would write it
	fmt.Print(answer.Body)
	// Output:
	// <nil> 2026-01-05T09:00:02Z
	// {"session":"TestCheckout","scenario":"response-500","seed":7,"clock":{"now":"2026-01-05T09:00:02Z","frozen":true},"resources":0,"evicted":0}
}

func ExampleSession_Scenario() {
	catalog, _ := scenarios.Embedded()
	mock, _ := server.New(catalog)
	session, _ := mock.Session("") // of requests that name none
	fmt.Println(session.Scenario("respnse-500"))
	// Output: session "default": scenario "respnse-500" does not exist for getAsyncProcess; closest is "response-500"
}

func ExampleWithClock() {
	catalog, _ := scenarios.Embedded()
	nine := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	mock, _ := server.New(catalog, server.WithClock(func() time.Time { return nine }))
	session, _ := mock.Session("")
	fmt.Println(session.SetClock(nine.Add(-time.Hour)))
	// Output: session "default": the clock reads 2026-01-05T09:00:00Z, want no earlier instant, got 2026-01-05T08:00:00Z; what has been seen cannot be taken back: reset the clock, or start the session anew
}
