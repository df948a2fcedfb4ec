import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allowsScopes,
  ClientIndex,
  type ClientRecord,
  type JudgedRegistry,
  type JudgeRequest,
  judgeScopes,
  ScopeIndex,
  type ScopeRecord,
} from "../../src/judging/index.ts";
import { plainClient, plainScope } from "./few-scopes.ts";
import { fewRequests, fewWorlds } from "./few-worlds.ts";
import { judgeByContract } from "./judging-contract.ts";

/** The characters that RFC 6749 §5.2 allows in `error_description`. */
const ERROR_DESCRIPTION = /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/;

function registryOf(...scopes: readonly Partial<ScopeRecord>[]): JudgedRegistry {
  return registryWith(scopes);
}

function registryWith(
  scopes: readonly Partial<ScopeRecord>[],
  clients: readonly Partial<ClientRecord>[] = [],
): JudgedRegistry {
  const registry = { scopes: new ScopeIndex(), clients: new ClientIndex(), revision: 1 };
  for (const scope of scopes) registry.scopes.set(plainScope(scope));
  for (const client of clients) registry.clients.set(plainClient(client));
  return registry;
}

function ask(request: Partial<JudgeRequest> = {}): JudgeRequest {
  return { scopes: [], clientId: "", resources: [], mode: "ALL_OR_NOTHING", consentLocales: undefined, ...request };
}

/** The status and the granted name of one scope, asked for by one client. */
function judgeOne(registry: JudgedRegistry, name: string, clientId = "") {
  const { verdicts, grantedScopes } = judgeScopes(registry, ask({ scopes: [name], clientId }));
  return [verdicts[0]?.status, ...grantedScopes];
}

describe("judging scopes", () => {
  it("is what the contract says, whatever is registered and requested", () => {
    fc.assert(
      fc.property(fewWorlds, fewRequests, (world, asked) => {
        const registry = registryWith(world.scopes, world.clients);
        const judgement = judgeScopes(registry, asked);
        expect(judgement).toMatchObject(judgeByContract(world, asked));
        expect(judgement.errorDescription === "").toBe(judgement.valid);
        expect(judgement.errorDescription).toMatch(ERROR_DESCRIPTION);
        for (const { status, message } of judgement.verdicts) {
          expect(message === "").toBe(status === "GRANTED");
          expect(message).toMatch(ERROR_DESCRIPTION);
        }
        expect(allowsScopes(registry, asked)).toBe(judgement.valid);
      }),
      { numRuns: 3_000 },
    );
  });

  it("cannot be changed by who is given it, where others are given the same", () => {
    const registry = registryOf({ name: "a" });
    const request = {
      scopes: ["a"],
      clientId: "",
      resources: [],
      mode: "ALL_OR_NOTHING",
      consentLocales: undefined,
    } as const;
    const [verdict] = judgeScopes(registry, request).verdicts;
    expect(() => Object.assign(verdict ?? {}, { status: "DISABLED" })).toThrow(TypeError);
    expect(judgeScopes(registry, request).verdicts).toMatchObject([{ name: "a", status: "GRANTED" }]);
  });

  it("keeps the order of the request and answers each name once", () => {
    const registry = registryOf({ name: "b" }, { name: "a" });
    const judgement = judgeScopes(registry, ask({ scopes: ["b", "a", "b", "a"] }));
    expect(judgement.grantedScopes).toEqual(["b", "a"]);
    expect(judgement.verdicts.map(({ name }) => name)).toEqual(["b", "a"]);
  });

  it("grants a deprecated scope with a warning that says what to ask for instead and until when", () => {
    const registry = registryOf({ name: "a", state: "DEPRECATED", replacedBy: "b", sunsetTime: Date.UTC(2031, 0, 2) });
    const { valid, verdicts } = judgeScopes(registry, ask({ scopes: ["a"] }));
    expect(valid).toBe(true);
    expect(verdicts[0]?.message).toBe("Scope a is deprecated and ends on 2031-01-02T00:00:00.000Z, ask for b instead");
  });

  it("leaves out a default that may not be granted, so that it does not refuse the request", () => {
    const registry = registryOf({ name: "a", isDefault: true }, { name: "b", isDefault: true, state: "DISABLED" });
    expect(judgeScopes(registry, ask())).toMatchObject({
      valid: true,
      defaultsApplied: true,
      grantedScopes: ["a"],
      verdicts: [{ name: "a" }],
    });
  });

  it("refuses a request without scopes where no default applies", () => {
    expect(judgeScopes(registryOf({ name: "a" }), ask())).toMatchObject({
      valid: false,
      error: "invalid_scope",
      errorDescription: "No scope was requested and no default scope applies",
    });
  });

  it("says invalid_target only if nobody has any of the requested resources", () => {
    const registry = registryOf({ name: "a", resources: ["urn:a"] }, { name: "b", resources: ["urn:b"] });
    const errorFor = (...resources: string[]) => judgeScopes(registry, ask({ scopes: ["a"], resources })).error;
    expect(errorFor("urn:nobody")).toBe("invalid_target");
    expect(errorFor("urn:nobody", "urn:b")).toBe("invalid_scope");
    expect(judgeScopes(registry, ask({ scopes: ["a", "c"], resources: ["urn:nobody"] })).error).toBe("invalid_scope");
  });

  it("names at most ten refused scopes and counts the others", () => {
    const scopes = Array.from({ length: 13 }, (_, at) => `unknown${at}`);
    const { errorDescription } = judgeScopes(registryOf(), ask({ scopes }));
    expect(errorDescription).toContain("Scope unknown9 is not registered");
    expect(errorDescription).not.toContain("unknown10");
    expect(errorDescription).toMatch(/; and 3 more$/);
  });

  it("shows a malformed name shortened and without forbidden characters", () => {
    const { verdicts } = judgeScopes(registryOf(), ask({ scopes: [`"\\\u00e9\n${"x".repeat(300)}`] }));
    expect(verdicts[0]).toMatchObject({ status: "MALFORMED", message: expect.stringContaining("Scope ????xxx") });
    expect(verdicts[0]?.message.length).toBeLessThan(320);
  });

  it("answers consent texts only if they are wanted, and none for a name that nobody registered", () => {
    const registry = registryOf({ name: "a", consentTexts: { de: { title: "Lesen", description: "" } } });
    expect(judgeScopes(registry, ask({ scopes: ["a"] })).verdicts[0]?.consent).toBeUndefined();
    const { verdicts } = judgeScopes(registry, ask({ scopes: ["a", "b"], consentLocales: ["de-AT"] }));
    expect(verdicts.map(({ consent }) => consent?.locale)).toEqual(["de", undefined]);
  });
});

describe("judging an alias", () => {
  it("grants the scope under its own name, once, and says what to ask for", () => {
    const registry = registryOf({ name: "new", aliases: ["old", "older"], resources: ["urn:a"] });
    const judgement = judgeScopes(registry, ask({ scopes: ["old", "new", "older"] }));
    expect(judgement).toMatchObject({ valid: true, grantedScopes: ["new"], audiences: ["urn:a"] });
    expect(judgement.verdicts).toMatchObject([
      {
        name: "old",
        status: "DEPRECATED",
        grantedName: "new",
        replacedBy: "new",
        message: "Scope old is another name of new: ask for new",
      },
      { name: "new", status: "GRANTED", grantedName: "new", replacedBy: "", message: "" },
      { name: "older", status: "DEPRECATED" },
    ]);
  });

  it("goes by the scope's state, and names what replaces the scope where that is refused", () => {
    const registry = registryOf({ name: "new", aliases: ["old"], state: "DISABLED", replacedBy: "other" });
    expect(judgeScopes(registry, ask({ scopes: ["old"] })).errorDescription).toBe(
      "Scope old is disabled, ask for other instead",
    );
  });

  it("is none of a scope that was never approved", () => {
    const pending = { name: "new", aliases: ["old"], state: "PENDING" } as const;
    expect(judgeOne(registryOf(pending), "old")).toEqual(["UNKNOWN"]);
    const proposal = { isDefault: false, restricted: false, resources: [], aliases: [] };
    expect(judgeOne(registryOf({ ...pending, proposal }), "old")).toEqual(["DEPRECATED", "new"]);
  });
});

describe("judging an instance of a template", () => {
  const dataset = { name: "dataset:{id}:{op}", aliases: ["data:{op}:{id}"] };

  it("grants it by its own name, with the template and the values of its parameters", () => {
    const { grantedScopes, verdicts } = judgeScopes(registryOf(dataset), ask({ scopes: ["dataset:7:read"] }));
    expect(grantedScopes).toEqual(["dataset:7:read"]);
    expect(verdicts).toMatchObject([
      { status: "GRANTED", scope: { name: dataset.name }, parameters: { id: "7", op: "read" }, message: "" },
    ]);
  });

  it("puts the values into the new name of a renamed template", () => {
    const { grantedScopes, verdicts } = judgeScopes(registryOf(dataset), ask({ scopes: ["data:read:7"] }));
    expect(grantedScopes).toEqual(["dataset:7:read"]);
    expect(verdicts[0]?.message).toBe("Scope data:read:7 is another name of dataset:7:read: ask for dataset:7:read");
  });

  it("puts them into the name of what replaces it as well", () => {
    const registry = registryOf({ ...dataset, state: "DEPRECATED", replacedBy: "archive:{id}" });
    const [verdict] = judgeScopes(registry, ask({ scopes: ["dataset:7:read"] })).verdicts;
    expect(verdict).toMatchObject({ replacedBy: "archive:7", message: expect.stringContaining("ask for archive:7") });
  });

  it("goes by the scope of the exact name where one is registered", () => {
    const registry = registryOf(dataset, { name: "dataset:7:read", state: "DISABLED" });
    expect(judgeOne(registry, "dataset:7:read")).toEqual(["DISABLED"]);
    expect(judgeOne(registry, "dataset:8:read")).toEqual(["GRANTED", "dataset:8:read"]);
    const renamed = registryOf(dataset, { name: "other", aliases: ["dataset:7:read"] });
    expect(judgeOne(renamed, "dataset:7:read")).toEqual(["DEPRECATED", "other"]);
  });

  it("refuses the template's own name, and says what to ask for", () => {
    for (const name of [dataset.name, "data:{op}:{id}"]) {
      const { errorDescription, verdicts } = judgeScopes(registryOf(dataset), ask({ scopes: [name] }));
      expect(verdicts[0]?.status).toBe("UNKNOWN");
      expect(errorDescription).toBe(
        `Scope ${name} is a template: ask for an instance, with values in place of the braces`,
      );
    }
  });

  it("has an old name in braces that is no template for an exact name alone", () => {
    const registry = registryOf({ name: "{id}:read" }, { name: "a{id}", aliases: ["b:{id}"] });
    expect(judgeOne(registry, "{id}:read")).toEqual(["GRANTED", "{id}:read"]);
    expect(judgeOne(registry, "7:read")).toEqual(["UNKNOWN"]);
    expect(judgeOne(registry, "a{id}")).toEqual(["GRANTED", "a{id}"]);
    expect(judgeOne(registry, "b:7")).toEqual(["UNKNOWN"]);
  });

  it("shows the values in the consent text, as text", () => {
    const consentTexts = { en: { title: "Read {id}", description: "{op} of {id}, {id} and {other}" } };
    const registry = registryOf({ ...dataset, consentTexts });
    const consentOf = (name: string) =>
      judgeScopes(registry, ask({ scopes: [name], consentLocales: ["en"] })).verdicts[0]?.consent?.text;
    expect(consentOf("dataset:$&:read")).toBeUndefined();
    expect(consentOf("dataset:constructor:read")).toEqual({
      title: "Read constructor",
      description: "read of constructor, constructor and {other}",
    });
    const bare = judgeScopes(registryOf(dataset), ask({ scopes: ["data:read:7"], consentLocales: [] }));
    expect(bare.verdicts[0]?.consent?.text.title).toBe("dataset:7:read");
  });
});

describe("judging for a client", () => {
  const scopes = [
    { name: "open" },
    { name: "secret", restricted: true, aliases: ["hidden"] },
    { name: "dataset:{id}", restricted: true, aliases: ["data:{id}"] },
  ];

  it("grants a restricted scope to those alone who hold a grant for it, under any of its names", () => {
    const grants = ["secret", "hidden", "dataset:{id}", "data:{id}", "dataset:7", "data:8"];
    const clients = grants.map((name) => ({ clientId: name, grantedScopes: [name] }));
    const registry = registryWith(scopes, clients);
    for (const client of ["secret", "hidden"]) {
      expect(judgeOne(registry, "secret", client)).toEqual(["GRANTED", "secret"]);
      expect(judgeOne(registry, "hidden", client)).toEqual(["DEPRECATED", "secret"]);
      expect(judgeOne(registry, "dataset:7", client)).toEqual(["NOT_ALLOWED"]);
    }
    for (const client of ["dataset:{id}", "data:{id}"]) {
      expect(judgeOne(registry, "dataset:7", client)).toEqual(["GRANTED", "dataset:7"]);
      expect(judgeOne(registry, "data:7", client)).toEqual(["DEPRECATED", "dataset:7"]);
    }
    expect(judgeOne(registry, "data:7", "dataset:7")).toEqual(["DEPRECATED", "dataset:7"]);
    expect(judgeOne(registry, "dataset:8", "dataset:7")).toEqual(["NOT_ALLOWED"]);
    expect(judgeOne(registry, "dataset:8", "data:8")).toEqual(["GRANTED", "dataset:8"]);
    for (const client of ["", "nobody"]) expect(judgeOne(registry, "secret", client)).toEqual(["NOT_ALLOWED"]);
  });

  it("grants nothing above the client's ceiling, in which braces alone make a pattern", () => {
    const open = [
      { name: "a:1" },
      { name: "a:1:2" },
      { name: "a:*" },
      { name: "b", aliases: ["c"] },
      { name: "d:{x}" },
    ];
    const under = (...allowedScopes: string[]) => {
      const registry = registryWith(open, [{ allowedScopes }]);
      return ["a:1", "a:1:2", "a:*", "b", "d:1"].filter((name) => judgeOne(registry, name, "shop").length > 1);
    };
    expect(under()).toEqual(["a:1", "a:1:2", "a:*", "b", "d:1"]);
    expect(under("a:{any}")).toEqual(["a:1"]);
    expect(under("a:{any}:{other}", "a:*")).toEqual(["a:1:2", "a:*"]);
    expect(under("*", "a", "{any}", "a:")).toEqual([]);
    expect(under("c")).toEqual(["b"]);
    expect(under("d:{x}")).toEqual(["d:1"]);
    expect(under("d:{other_name}")).toEqual(["d:1"]);
    expect(under("d:2")).toEqual([]);
  });

  it("says that a grant does not lift the ceiling, nor the ceiling grant", () => {
    const registry = registryWith(scopes, [
      { clientId: "granted", grantedScopes: ["secret"], allowedScopes: ["open"] },
      { clientId: "allowed", allowedScopes: ["secret"] },
    ]);
    expect(judgeOne(registry, "secret", "granted")).toEqual(["NOT_ALLOWED"]);
    expect(judgeOne(registry, "secret", "allowed")).toEqual(["NOT_ALLOWED"]);
  });

  it("applies the client's own defaults in place of all others, and leaves out what may not be granted", () => {
    const registry = registryWith(
      [...scopes, { name: "default", isDefault: true }],
      [
        { clientId: "own", defaultScopes: ["secret", "open", "dataset:7", "unknown"], grantedScopes: ["dataset:{id}"] },
        { clientId: "none", defaultScopes: ["secret"] },
        { clientId: "other" },
      ],
    );
    const defaultsOf = (clientId: string) => judgeScopes(registry, ask({ clientId })).grantedScopes;
    expect(defaultsOf("own")).toEqual(["dataset:7", "open"]);
    expect(defaultsOf("none")).toEqual([]);
    expect(defaultsOf("other")).toEqual(["default"]);
    expect(judgeScopes(registry, ask({ clientId: "own", scopes: ["default"] })).grantedScopes).toEqual(["default"]);
  });
});
