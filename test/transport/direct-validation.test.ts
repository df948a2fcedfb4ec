import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ClientIndex, judgeScopes, ScopeIndex, type ScopeRecord } from "@scope-registry/client/judging";
import { ValidateScopesRequestSchema } from "@scope-registry/client/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fewScopes, plainClient, plainScope } from "../../clients/typescript/test/judging/few-scopes.ts";
import { checkValidation } from "../../src/registry/check-validation.ts";
import { VerdictCounts } from "../../src/registry/verdict-counts.ts";
import { DirectValidation } from "../../src/transport/direct/direct-validation.ts";
import { encodeJudgement } from "../../src/transport/messages/encode-judgement.ts";
import { toValidation } from "../../src/transport/messages/validation-messages.ts";

/** A registry of scopes, of which only `shop` has a record. */
class SmallRegistry {
  readonly scopes = new ScopeIndex();
  readonly judged = { scopes: this.scopes, clients: new ClientIndex(), revision: 1 };
  readonly verdicts = new VerdictCounts();
  /** What was counted by the way that reads every request. */
  readonly readVerdicts = new VerdictCounts();
  readonly uses: string[] = [];
  keepsUses = true;

  constructor() {
    this.judged.clients.set(plainClient({ clientId: "shop", allowedScopes: ["a"] }));
  }

  register(scope: ScopeRecord): void {
    this.scopes.set(scope);
    this.judged.revision += 1;
  }

  noteUse(clientId: string, names: readonly string[]): boolean {
    this.uses.push(...names.map((name) => `${clientId} ${name}`));
    return this.keepsUses;
  }

  /** The answer by the way that reads every request. */
  read(message: Uint8Array): Buffer {
    const request = checkValidation(toValidation(fromBinary(ValidateScopesRequestSchema, message)));
    const judgement = judgeScopes(this.judged, request);
    this.readVerdicts.count(judgement.verdicts);
    return encodeJudgement(judgement);
  }
}

function requestFor(scopes: readonly string[], clientId = "web"): Buffer {
  return Buffer.from(
    toBinary(ValidateScopesRequestSchema, create(ValidateScopesRequestSchema, { scopes: [...scopes], clientId })),
  );
}

const names = fc.constantFrom("a", "b", "B", "c", "a.b", "z~", "!", "n".repeat(255), "none", "é", "");
const request = fc.record({
  scopes: fc.oneof(
    { weight: 5, arbitrary: fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(names, { maxLength: 40 }) },
  ),
  clientId: fc.constantFrom("", "web", "shop", "é", "w".repeat(600)),
});

/** What was counted, without what is zero. */
function countsOf(verdicts: VerdictCounts): Readonly<Record<string, number>> {
  const counted = verdicts.values().filter(({ count }) => count > 0);
  return Object.fromEntries(counted.map(({ status, owner, count }) => [`${status} ${owner}`, count]));
}

describe("a request that is answered without being read", () => {
  it("gets the answer that it would get, and is counted so, whatever is registered and changed", () => {
    const open = fewScopes.map((scope) => ({ ...scope, state: "ACTIVE" as const, restricted: false }));
    const step = fc.oneof(
      { weight: 2, arbitrary: open },
      { weight: 1, arbitrary: fewScopes },
      { weight: 3, arbitrary: request },
    );
    let answered = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const registry = new SmallRegistry();
        for (const name of ["a", "b", "c"]) registry.register(plainScope({ name, resources: [`urn:${name}`] }));
        const direct = new DirectValidation(registry);
        for (const what of steps) {
          if ("name" in what) {
            registry.register(what);
            continue;
          }
          const message = requestFor(what.scopes, what.clientId);
          const frame = direct.answer(message);
          if (frame === undefined) continue;
          answered += 1;
          expect(frame.readUInt32BE(1)).toBe(frame.length - 5);
          expect(frame.subarray(5).equals(registry.read(message))).toBe(true);
        }
        expect(countsOf(registry.verdicts)).toEqual(countsOf(registry.readVerdicts));
      }),
      { numRuns: 1_000 },
    );
    expect(answered).toBeGreaterThan(300);
  });

  it("is left to be read whatever its bytes are, unless it is plain and all its names are open", () => {
    const registry = new SmallRegistry();
    for (const name of ["a", "b"]) registry.register(plainScope({ name }));
    const direct = new DirectValidation(registry);
    const plain = requestFor(["a", "b"]);
    expect(direct.answer(plain)).toBeDefined();
    fc.assert(
      fc.property(fc.nat(plain.length - 1), fc.nat(255), fc.nat(plain.length), (at, byte, length) => {
        const message = Buffer.from(plain.subarray(0, length));
        if (at < length) message[at] = byte;
        const frame = direct.answer(message);
        if (frame !== undefined) expect(frame.subarray(5).equals(registry.read(message))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
    for (const other of [{ scope: "a" }, { resources: ["urn:a"] }, { minRevision: 1n }, { locales: ["de"] }]) {
      const wanted = create(ValidateScopesRequestSchema, { scopes: ["a"], ...other });
      expect(direct.answer(Buffer.from(toBinary(ValidateScopesRequestSchema, wanted)))).toBeUndefined();
    }
  });

  it("notes each use once, and again where it could not be kept", () => {
    const registry = new SmallRegistry();
    for (const name of ["a", "b"]) registry.register(plainScope({ name }));
    const direct = new DirectValidation(registry);
    registry.keepsUses = false;
    direct.answer(requestFor(["a"]));
    registry.keepsUses = true;
    for (const scopes of [["a"], ["a"], ["a", "b"], ["b"]]) direct.answer(requestFor(scopes));
    direct.answer(requestFor(["a"], "other"));
    expect(registry.uses).toEqual(["web a", "web a", "web b", "other a"]);
  });

  it("is so with very many names, long ones, and with no room for more", () => {
    const registry = new SmallRegistry();
    const many = Array.from({ length: 5_000 }, (_, at) => `${"x".repeat(at % 200)}:${at}`);
    for (const name of many) registry.scopes.set(plainScope({ name, resources: [`urn:${name.length % 7}`] }));
    for (const direct of [new DirectValidation(registry), new DirectValidation(registry, { maxBytes: 20_000 })]) {
      let answered = 0;
      for (let at = 0; at < many.length * 2; at += 10) {
        const from = at % many.length;
        const message = requestFor(many.slice(from, from + 10));
        const frame = direct.answer(message);
        if (frame === undefined) continue;
        answered += 1;
        expect(frame.subarray(5).equals(registry.read(message))).toBe(true);
      }
      expect(answered).toBeGreaterThan(0);
    }
  });
});
