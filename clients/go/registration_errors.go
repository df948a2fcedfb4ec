package scoperegistry

import (
	"fmt"
	"strings"
	"time"
)

// RegistrationRefusedError tells that the registry refuses a registration: what is deployed does not fit the registry, and must
// not run unprotected.
type RegistrationRefusedError struct {
	RegistryRefusal
	cause error
}

// Error has every violation on a line of its own.
func (e *RegistrationRefusedError) Error() string {
	lines := []string{fmt.Sprintf("the registry refuses the registration (%s)", e.Reason)}
	for _, violation := range e.Violations {
		lines = append(lines, strings.TrimPrefix(violation.Field+": "+violation.Description, ": "))
	}
	if len(e.Violations) == 0 {
		lines = append(lines, e.Message)
	}
	return strings.Join(lines, "\n")
}

func (e *RegistrationRefusedError) Unwrap() error { return e.cause }

// RegistrationTimeoutError tells that nothing could be registered until the deadline. It wraps the last attempt's error.
type RegistrationTimeoutError struct {
	Attempts int
	Elapsed  time.Duration
	cause    error
}

func (e *RegistrationTimeoutError) Error() string {
	return fmt.Sprintf("nothing could be registered in %v (%d attempts): %v", e.Elapsed.Round(time.Millisecond), e.Attempts, e.cause)
}

func (e *RegistrationTimeoutError) Unwrap() error { return e.cause }
