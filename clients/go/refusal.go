package scoperegistry

import (
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/scope-registry/scope-registry/clients/go/judging"
)

// errorDomain is that of every google.rpc.ErrorInfo of the registry.
const errorDomain = "scoperegistry.v1"

// RegistryRefusal tells why the registry refused a call (AIP-193).
type RegistryRefusal struct {
	// Code is the gRPC status.
	Code codes.Code
	// Reason is a name of the contract's ErrorReason without its prefix, SCOPE_NOT_OWNED for example. Later versions know more.
	Reason string
	// Message is a sentence for people.
	Message string
	// Metadata has the values that the message mentions, for programs.
	Metadata map[string]string
	// Violations are all the broken rules, where the request broke rules.
	Violations []judging.Violation
	// RetryAfter is how long to wait before trying again; zero: the registry does not say.
	RetryAfter time.Duration
}

// Refusal reads what the registry says in an error of a call; nil: the error is not the registry's.
func Refusal(err error) *RegistryRefusal {
	answered, is := status.FromError(err)
	if err == nil || !is {
		return nil
	}
	refusal := &RegistryRefusal{Code: answered.Code(), Message: answered.Message()}
	for _, detail := range answered.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			if detail.GetDomain() == errorDomain {
				refusal.Reason, refusal.Metadata = detail.GetReason(), detail.GetMetadata()
			}
		case *errdetails.BadRequest:
			for _, violation := range detail.GetFieldViolations() {
				refusal.Violations = append(refusal.Violations, judging.Violation{
					Field: violation.GetField(), Description: violation.GetDescription(),
				})
			}
		case *errdetails.RetryInfo:
			refusal.RetryAfter = detail.GetRetryDelay().AsDuration()
		}
	}
	if refusal.Reason == "" {
		return nil
	}
	return refusal
}

// retryAfter is how long the registry wants to be left alone after an error.
func retryAfter(err error) time.Duration {
	if refusal := Refusal(err); refusal != nil {
		return refusal.RetryAfter
	}
	return 0
}
