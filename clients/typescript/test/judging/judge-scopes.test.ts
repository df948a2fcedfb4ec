import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type JudgeRequest,
  judgeScopes,
  ScopeIndex,
  type ScopeRecord,
  type VerdictStatusName,
} from "../../src/judging/index.ts";
import { fewNames, fewResources, fewScopes, plainScope } from "./few-scopes.ts";

/** The characters that RFC 6749 §5.2 allows in `error_description`. */
const ERROR_DESCRIPTION = /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/;

function indexOf(...scopes: readonly Partial<ScopeRecord>[]): ScopeIndex {
  const index = new ScopeIndex();
  for (const scope of scopes) index.set(plainScope(scope));
  return index;
}

function ask(request: Partial<JudgeRequest> = {}): JudgeRequest {
  return { scopes: [], resources: [], mode: "ALL_OR_NOTHING", consentLocales: undefined, ...request };
}

/** The contract's own words, case by case and without a thought of speed. */
function statusByContract(index: ScopeIndex, name: string, resources: readonly string[]): VerdictStatusName {
  const scope = index.get(name);
  if (scope === undefined) return /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/.test(name) ? "UNKNOWN" : "MALFORMED";
  if (scope.state === "DISABLED") return "DISABLED";
  if (scope.state === "PENDING") return "PENDING";
  if (scope.restricted) return "NOT_ALLOWED";
  const tied = scope.resources.length > 0;
  if (resources.length > 0 && tied && !resources.some((uri) => scope.resources.includes(uri))) return "WRONG_RESOURCE";
  return scope.state === "DEPRECATED" ? "DEPRECATED" : "GRANTED";
}

function judgeByContract(scopes: readonly ScopeRecord[], index: ScopeIndex, request: JudgeRequest) {
  const { resources, mode } = request;
  const mayBeGranted = (name: string) => ["GRANTED", "DEPRECATED"].includes(statusByContract(index, name, resources));
  const defaultsApplied = request.scopes.length === 0;
  let names = request.scopes.filter((name, at) => request.scopes.indexOf(name) === at);
  if (defaultsApplied) {
    const defaults = scopes.filter(({ isDefault }) => isDefault);
    const tied = defaults.filter((scope) => scope.resources.some((uri) => resources.includes(uri)));
    const untied = defaults.filter((scope) => scope.resources.length === 0);
    names = (tied.length > 0 ? tied : untied)
      .map(({ name }) => name)
      .sort()
      .filter(mayBeGranted);
  }
  const granted = names.filter(mayBeGranted);
  const refused = names.filter((name) => !mayBeGranted(name));
  const valid = mode === "NARROW" ? granted.length > 0 : granted.length > 0 && refused.length === 0;
  const reached = granted.flatMap((name) => index.get(name)?.resources ?? []);
  const audiences = reached.filter((uri) => resources.length === 0 || resources.includes(uri));
  const isForTarget =
    refused.length > 0 &&
    refused.every((name) => statusByContract(index, name, resources) === "WRONG_RESOURCE") &&
    !scopes.some((scope) => scope.resources.some((uri) => resources.includes(uri)));
  return {
    valid,
    grantedScopes: valid ? granted : [],
    audiences: valid ? [...new Set(audiences)].sort() : [],
    defaultsApplied,
    verdicts: names.map((name) => ({ name, status: statusByContract(index, name, resources), scope: index.get(name) })),
    error: valid ? "" : isForTarget ? "invalid_target" : "invalid_scope",
  };
}

describe("judging scopes", () => {
  const requestedName = fc.oneof(
    { weight: 4, arbitrary: fewNames },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 300 }) },
  );
  const request: fc.Arbitrary<JudgeRequest> = fc.record({
    scopes: fc.array(requestedName, { maxLength: 6 }),
    resources: fewResources,
    mode: fc.constantFrom("ALL_OR_NOTHING", "NARROW"),
    consentLocales: fc.constant(undefined),
  });
  const registered = fc.uniqueArray(fewScopes, { selector: ({ name }) => name, maxLength: 8 });

  it("is what the contract says, whatever is registered and requested", () => {
    fc.assert(
      fc.property(registered, request, (scopes, asked) => {
        const index = indexOf(...scopes);
        const judgement = judgeScopes(index, asked);
        expect(judgement).toMatchObject(judgeByContract(scopes, index, asked));
        expect(judgement.errorDescription === "").toBe(judgement.valid);
        expect(judgement.errorDescription).toMatch(ERROR_DESCRIPTION);
        for (const { status, message } of judgement.verdicts) {
          expect(message === "").toBe(status === "GRANTED");
          expect(message).toMatch(ERROR_DESCRIPTION);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("keeps the order of the request and answers each name once", () => {
    const index = indexOf({ name: "b" }, { name: "a" });
    const judgement = judgeScopes(index, ask({ scopes: ["b", "a", "b", "a"] }));
    expect(judgement.grantedScopes).toEqual(["b", "a"]);
    expect(judgement.verdicts.map(({ name }) => name)).toEqual(["b", "a"]);
  });

  it("grants a deprecated scope with a warning that says what to ask for instead and until when", () => {
    const index = indexOf({ name: "a", state: "DEPRECATED", replacedBy: "b", sunsetTime: Date.UTC(2031, 0, 2) });
    const { valid, verdicts } = judgeScopes(index, ask({ scopes: ["a"] }));
    expect(valid).toBe(true);
    expect(verdicts[0]?.message).toBe("Scope a is deprecated and ends on 2031-01-02T00:00:00.000Z, ask for b instead");
  });

  it("leaves out a default that may not be granted, so that it does not refuse the request", () => {
    const index = indexOf({ name: "a", isDefault: true }, { name: "b", isDefault: true, state: "DISABLED" });
    expect(judgeScopes(index, ask())).toMatchObject({
      valid: true,
      defaultsApplied: true,
      grantedScopes: ["a"],
      verdicts: [{ name: "a" }],
    });
  });

  it("refuses a request without scopes where no default applies", () => {
    expect(judgeScopes(indexOf({ name: "a" }), ask())).toMatchObject({
      valid: false,
      error: "invalid_scope",
      errorDescription: "No scope was requested and no default scope applies",
    });
  });

  it("says invalid_target only if nobody has any of the requested resources", () => {
    const index = indexOf({ name: "a", resources: ["urn:a"] }, { name: "b", resources: ["urn:b"] });
    const errorFor = (...resources: string[]) => judgeScopes(index, ask({ scopes: ["a"], resources })).error;
    expect(errorFor("urn:nobody")).toBe("invalid_target");
    expect(errorFor("urn:nobody", "urn:b")).toBe("invalid_scope");
    expect(judgeScopes(index, ask({ scopes: ["a", "c"], resources: ["urn:nobody"] })).error).toBe("invalid_scope");
  });

  it("names at most ten refused scopes and counts the others", () => {
    const scopes = Array.from({ length: 13 }, (_, at) => `unknown${at}`);
    const { errorDescription } = judgeScopes(indexOf(), ask({ scopes }));
    expect(errorDescription).toContain("Scope unknown9 is not registered");
    expect(errorDescription).not.toContain("unknown10");
    expect(errorDescription).toMatch(/; and 3 more$/);
  });

  it("shows a malformed name shortened and without forbidden characters", () => {
    const { verdicts } = judgeScopes(indexOf(), ask({ scopes: [`"\\\u00e9\n${"x".repeat(300)}`] }));
    expect(verdicts[0]).toMatchObject({ status: "MALFORMED", message: expect.stringContaining("Scope ????xxx") });
    expect(verdicts[0]?.message.length).toBeLessThan(320);
  });

  it("answers consent texts only if they are wanted, and none for a name that nobody registered", () => {
    const index = indexOf({ name: "a", consentTexts: { de: { title: "Lesen", description: "" } } });
    expect(judgeScopes(index, ask({ scopes: ["a"] })).verdicts[0]?.consent).toBeUndefined();
    const { verdicts } = judgeScopes(index, ask({ scopes: ["a", "b"], consentLocales: ["de-AT"] }));
    expect(verdicts.map(({ consent }) => consent?.locale)).toEqual(["de", undefined]);
  });
});
