package judging_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

// The files of test/vectors say what the judging of the registry's server does, so that this one is the same.

type registryVectors struct {
	Registry struct {
		Revision       uint64
		Scopes         []json.RawMessage
		ClientPolicies []json.RawMessage
	}
	Cases []judgingVector
}

type judgingVector struct {
	Title      string
	Request    json.RawMessage
	Judgement  *judgementVector
	Violations []judging.Violation
}

type judgementVector struct {
	Valid            bool
	GrantedScopes    []string
	Audiences        []string
	DefaultsApplied  bool
	Error            string
	ErrorDescription string
	Revision         uint64
	Verdicts         []verdictVector
}

type verdictVector struct {
	Name        string
	Status      string
	GrantedName string
	ReplacedBy  string
	Message     string
	Scope       *string
	Parameters  map[string]string
	Consent     *judging.Consent
}

func TestJudgesEveryVectorAsTheRegistryDoes(t *testing.T) {
	registries := readVectors[[]registryVectors](t, "judging.json")
	for _, vectors := range registries {
		registry := judging.NewRegistry()
		registry.Revision = vectors.Registry.Revision
		for _, text := range vectors.Registry.Scopes {
			registry.Set(readMessage(t, text, &scoperegistryv1.Scope{}))
		}
		for _, text := range vectors.Registry.ClientPolicies {
			registry.SetClient(readMessage(t, text, &scoperegistryv1.ClientPolicy{}))
		}
		for _, vector := range vectors.Cases {
			t.Run(vector.Title, func(t *testing.T) {
				checkJudging(t, registry, vector)
			})
		}
	}
}

func checkJudging(t *testing.T, registry *judging.Registry, vector judgingVector) {
	message := readMessage(t, vector.Request, &scoperegistryv1.ValidateScopesRequest{})
	request := judging.Request{
		Scopes:    message.GetScopes(),
		Scope:     message.GetScope(),
		ClientID:  message.GetClientId(),
		Resources: message.GetResources(),
		Mode:      message.GetMode(),
		View:      message.GetView(),
		Locales:   message.GetLocales(),
	}
	judgement, err := registry.Judge(request)
	allowed, allowsErr := registry.Allows(request)
	if vector.Judgement == nil {
		invalid, is := err.(*judging.InvalidRequestError)
		if !is || allowsErr == nil {
			t.Fatalf("%s is judged (%v, %v), and should be refused", vector.Request, err, allowsErr)
		}
		if got, want := fieldsOf(invalid.Violations), fieldsOf(vector.Violations); !reflect.DeepEqual(got, want) {
			t.Errorf("the violations are in %v, want %v", got, want)
		}
		return
	}
	if err != nil {
		t.Fatalf("%s is refused: %v", vector.Request, err)
	}
	if got, want := asText(t, describe(judgement)), asText(t, *vector.Judgement); got != want {
		t.Errorf("%s is judged\n%s, want\n%s", vector.Request, got, want)
	}
	if allowsErr != nil || allowed != judgement.Valid {
		t.Errorf("%s is allowed: %v (%v), and judged %v", vector.Request, allowed, allowsErr, judgement.Valid)
	}
}

func describe(judgement judging.Judgement) judgementVector {
	described := judgementVector{
		Valid:            judgement.Valid,
		GrantedScopes:    append([]string{}, judgement.GrantedScopes...),
		Audiences:        append([]string{}, judgement.Audiences...),
		DefaultsApplied:  judgement.DefaultsApplied,
		Error:            judgement.Error,
		ErrorDescription: judgement.ErrorDescription,
		Revision:         judgement.Revision,
		Verdicts:         []verdictVector{},
	}
	for _, verdict := range judgement.Verdicts {
		var scope *string
		if verdict.Scope != nil {
			scope = &verdict.Scope.Name
		}
		described.Verdicts = append(described.Verdicts, verdictVector{
			Name:        verdict.Name,
			Status:      strings.TrimPrefix(verdict.Status.String(), "VERDICT_STATUS_"),
			GrantedName: verdict.GrantedName,
			ReplacedBy:  verdict.ReplacedBy,
			Message:     verdict.Message,
			Scope:       scope,
			Parameters:  verdict.Parameters,
			Consent:     verdict.Consent,
		})
	}
	return described
}

type nameVectors struct {
	ScopeNames []struct {
		Name  string
		Valid bool
	}
	ScopeParameters []struct {
		Scope string
		Names []string
	}
	Templates []struct {
		Name       string
		Parameters []string
	}
	Matches []struct {
		Template   string
		Name       string
		Parameters map[string]string
	}
	LanguageTags []struct {
		Tag       string
		Canonical *string
	}
	Resources []struct {
		URI   string
		Valid bool
	}
}

func TestReadsEveryNameAsTheRegistryDoes(t *testing.T) {
	vectors := readVectors[nameVectors](t, "names.json")
	for _, vector := range vectors.ScopeNames {
		t.Run("name "+vector.Name, func(t *testing.T) {
			equal(t, judging.IsScopeName(vector.Name), vector.Valid)
		})
	}
	for _, vector := range vectors.ScopeParameters {
		t.Run("parameter "+vector.Scope, func(t *testing.T) {
			equal(t, judging.ParseScopeParameter(vector.Scope), vector.Names)
		})
	}
	for _, vector := range vectors.Templates {
		t.Run("template "+vector.Name, func(t *testing.T) {
			template, is := judging.ParseTemplate(vector.Name)
			equal(t, is, vector.Parameters != nil)
			if is {
				equal(t, template.Parameters, vector.Parameters)
			}
		})
	}
	for _, vector := range vectors.Matches {
		t.Run("match "+vector.Template+" "+vector.Name, func(t *testing.T) {
			template, _ := judging.ParseTemplate(vector.Template)
			parameters, matches := template.Match(vector.Name)
			equal(t, parameters, vector.Parameters)
			equal(t, matches, vector.Parameters != nil)
		})
	}
	for _, vector := range vectors.LanguageTags {
		t.Run("tag "+vector.Tag, func(t *testing.T) {
			canonical, valid := judging.CanonicalLanguageTag(vector.Tag)
			equal(t, valid, vector.Canonical != nil)
			if vector.Canonical != nil {
				equal(t, canonical, *vector.Canonical)
			}
		})
	}
	for _, vector := range vectors.Resources {
		t.Run("resource "+vector.URI, func(t *testing.T) {
			equal(t, judging.IsResource(vector.URI), vector.Valid)
		})
	}
}

// TestKnowsEveryFileOfVectors fails when there is a file that no test runs. Members that are not known fail where they are read.
func TestKnowsEveryFileOfVectors(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "..", "..", "test", "vectors", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range paths {
		names = append(names, filepath.Base(path))
	}
	equal(t, names, []string{"feed.json", "judging.json", "names.json"})
}

func readVectors[T any](t *testing.T, name string) T {
	t.Helper()
	path := filepath.Join("..", "..", "..", "test", "vectors", name)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var vectors T
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&vectors); err != nil {
		t.Fatalf("%s holds what this test does not know: %v", path, err)
	}
	return vectors
}
