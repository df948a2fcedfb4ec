/** Arbitrary records, changes and entries, also such as make no sense. */
import type { ClientRecord, ScopeRecord } from "@scope-registry/client/judging";
import fc from "fast-check";
import {
  CHANGE_KINDS,
  type KindedRecord,
  type LogEntry,
  RECORD_KINDS,
  type RecordChange,
  type RecordKind,
  type RecordTypes,
  type RegistryPolicyRecord,
  type ReservedNameRecord,
  type ResourceServerRecord,
} from "../../src/store/scope-log.ts";

const plain = { noNullPrototype: true } as const;
const revision = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const time = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 });
const text = fc.string({ unit: "binary" });
const scopeName = fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/);
const scopeNames = fc.array(scopeName, { maxLength: 4 });
const tag = fc.constantFrom("en", "de-CH", "zh-Hant-TW", "x-private", "sr-Latn");

const anyProposal = fc.record(
  { isDefault: fc.boolean(), restricted: fc.boolean(), resources: fc.array(fc.webUrl()), aliases: scopeNames },
  plain,
);

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
    aliases: scopeNames,
    disabledByAdmin: fc.boolean(),
    proposal: fc.option(anyProposal, { nil: undefined }),
    refusedProposal: fc.option(anyProposal, { nil: undefined }),
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
    contact: text,
    release: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    resources: fc.array(fc.webUrl()),
    namePrefixes: scopeNames,
    mode: fc.constantFrom("READ_WRITE", "REVIEW", "READ_ONLY"),
    maySetDefaults: fc.boolean(),
    createTime: time,
    updateTime: time,
    revision,
  },
  plain,
);

const anyClient: fc.Arbitrary<ClientRecord> = fc.record(
  {
    clientId: text,
    allowedScopes: scopeNames,
    defaultScopes: scopeNames,
    grantedScopes: scopeNames,
    createTime: time,
    updateTime: time,
    revision,
  },
  plain,
);

const anyReservedName: fc.Arbitrary<ReservedNameRecord> = fc.record(
  { name: scopeName, owner: text, createTime: time, revision },
  plain,
);

const anyRegistryPolicy: fc.Arbitrary<RegistryPolicyRecord> = fc.record(
  { names: fc.constantFrom("OPEN", "PREFIX_REQUIRED"), updateTime: time, revision },
  plain,
);

const anyOf: { readonly [K in RecordKind]: fc.Arbitrary<RecordTypes[K]> } = {
  scope: anyScope,
  resourceServer: anyResourceServer,
  client: anyClient,
  reservedName: anyReservedName,
  registryPolicy: anyRegistryPolicy,
};

/** Any record of any kind. */
export const anyRecord: fc.Arbitrary<KindedRecord> = fc.oneof(
  ...RECORD_KINDS.map((kind) => anyOf[kind].map((record) => ({ kind, record }) as KindedRecord)),
);

/** Any change of any kind of record. */
export const anyChange: fc.Arbitrary<RecordChange> = fc.oneof(
  ...RECORD_KINDS.map((kind) => {
    const record = fc.option<RecordTypes[RecordKind], undefined>(anyOf[kind], { nil: undefined });
    const change = fc.record({ kind: fc.constant(kind), name: text, before: record, after: record }, plain);
    return change as fc.Arbitrary<RecordChange>;
  }),
);

/** Any entry. */
export const anyEntry: fc.Arbitrary<LogEntry> = fc.record(
  {
    revision,
    time,
    actor: text,
    resourceServer: text,
    kind: fc.constantFrom(...CHANGE_KINDS),
    requestId: text,
    changes: fc.array(anyChange, { maxLength: 5 }),
  },
  plain,
);
