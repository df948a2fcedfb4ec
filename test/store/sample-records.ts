import type { ScopeRecord } from "@scope-registry/client/judging";
import fc from "fast-check";
import type { LogEntry, RecordChange, ResourceServerRecord } from "../../src/store/scope-log.ts";

/** A scope with nothing special about it, changed where a test needs it. */
export function sampleScope(changes: Partial<ScopeRecord> = {}): ScopeRecord {
  return {
    name: "invoices.read",
    description: "Read invoices",
    isDefault: false,
    owner: "billing-api",
    state: "ACTIVE",
    restricted: false,
    resources: ["https://billing.example.com/"],
    consentTexts: { en: { title: "Invoices", description: "See your invoices" } },
    deprecated: false,
    replacedBy: "",
    sunsetTime: undefined,
    unlisted: false,
    createTime: 1_700_000_000_000,
    updateTime: 1_700_000_000_000,
    revision: 1,
    ...changes,
  };
}

/** A resource server likewise. */
export function sampleResourceServer(changes: Partial<ResourceServerRecord> = {}): ResourceServerRecord {
  return {
    name: "billing-api",
    displayName: "Billing",
    release: 0,
    resources: ["https://billing.example.com/"],
    createTime: 1_700_000_000_000,
    updateTime: 1_700_000_000_000,
    revision: 1,
    ...changes,
  };
}

let requests = 0;

/** An entry with a request id of its own. */
export function sampleEntry(revision: number, changes: readonly RecordChange[] = []): LogEntry {
  requests += 1;
  return {
    revision,
    time: 1_700_000_000_000 + revision,
    actor: "billing-api",
    resourceServer: "billing-api",
    requestId: `request ${requests}`,
    changes,
  };
}

/** The change that makes a new scope. */
export function createScope(scope: ScopeRecord): RecordChange {
  return { kind: "scope", name: scope.name, before: undefined, after: scope };
}

const plain = { noNullPrototype: true } as const;
const revision = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const time = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 });
const text = fc.string({ unit: "binary" });
const scopeName = fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/);
const tag = fc.constantFrom("en", "de-CH", "zh-Hant-TW", "x-private", "sr-Latn");

/** Any scope. */
export const anyScope: fc.Arbitrary<ScopeRecord> = fc.record(
  {
    name: scopeName,
    description: text,
    isDefault: fc.boolean(),
    owner: text,
    state: fc.constantFrom("ACTIVE", "DEPRECATED", "DISABLED", "PENDING"),
    restricted: fc.boolean(),
    resources: fc.array(fc.webUrl()),
    consentTexts: fc.dictionary(tag, fc.record({ title: text, description: text }, plain), plain),
    deprecated: fc.boolean(),
    replacedBy: fc.oneof(fc.constant(""), scopeName),
    sunsetTime: fc.option(time, { nil: undefined }),
    unlisted: fc.boolean(),
    createTime: time,
    updateTime: time,
    revision,
  },
  plain,
);

/** Any resource server. */
export const anyResourceServer: fc.Arbitrary<ResourceServerRecord> = fc.record(
  {
    name: text,
    displayName: text,
    release: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    resources: fc.array(fc.webUrl()),
    createTime: time,
    updateTime: time,
    revision,
  },
  plain,
);

/** Any change of any kind of record, also of such as make no sense. */
export const anyChange: fc.Arbitrary<RecordChange> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("scope" as const),
      name: scopeName,
      before: fc.option(anyScope, { nil: undefined }),
      after: fc.option(anyScope, { nil: undefined }),
    },
    plain,
  ),
  fc.record(
    {
      kind: fc.constant("resourceServer" as const),
      name: text,
      before: fc.option(anyResourceServer, { nil: undefined }),
      after: fc.option(anyResourceServer, { nil: undefined }),
    },
    plain,
  ),
);

/** Any entry. */
export const anyEntry: fc.Arbitrary<LogEntry> = fc.record(
  {
    revision,
    time,
    actor: text,
    resourceServer: text,
    requestId: text,
    changes: fc.array(anyChange, { maxLength: 5 }),
  },
  plain,
);
