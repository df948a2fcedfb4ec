/** The scopes that are measured with. They are written out, as an object that is put together of others has another form in memory. */
import type { ScopeRecord } from "@scope-registry/client/judging";
import type { LogEntry, RecordChange } from "../../src/store/scope-log.ts";

/** How many scopes one API has. */
export const SCOPES_PER_OWNER = 200;
const SCOPES_PER_ENTRY = 5_000;
const TIME = 1_764_000_000_000;

/** The name of the scope at a place. */
export function scopeName(at: number): string {
  return `api-${Math.floor(at / SCOPES_PER_OWNER)}:resource-${at % SCOPES_PER_OWNER}:read`;
}

/** The scope at a place. */
export function benchScope(at: number, revision = 1): ScopeRecord {
  const owner = `api-${Math.floor(at / SCOPES_PER_OWNER)}`;
  return {
    name: scopeName(at),
    description: `Read the resources of kind ${at % SCOPES_PER_OWNER}`,
    isDefault: false,
    owner,
    state: "ACTIVE",
    restricted: false,
    resources: [`https://${owner}.example.com/`],
    consentTexts: {},
    deprecated: false,
    replacedBy: "",
    sunsetTime: undefined,
    unlisted: false,
    aliases: [],
    disabledByAdmin: false,
    proposal: undefined,
    refusedProposal: undefined,
    createTime: TIME,
    updateTime: TIME,
    revision,
  };
}

/** The log's entries that register so many scopes, each API's with its record. They begin at revision 1. */
export function* benchEntries(count: number): Generator<LogEntry> {
  for (let start = 0, revision = 1; start < count; start += SCOPES_PER_ENTRY, revision++) {
    const end = Math.min(count, start + SCOPES_PER_ENTRY);
    const changes: RecordChange[] = [];
    for (let at = start; at < end; at++) {
      const scope = benchScope(at, revision);
      if (at % SCOPES_PER_OWNER === 0) changes.push(resourceServerChange(scope, revision));
      changes.push({ kind: "scope", name: scope.name, before: undefined, after: scope });
    }
    yield {
      revision,
      time: TIME,
      actor: "bench",
      resourceServer: "",
      kind: "REGISTRATION",
      requestId: `bench-${revision}`,
      changes,
    };
  }
}

function resourceServerChange({ owner, resources }: ScopeRecord, revision: number): RecordChange {
  const after = {
    name: owner,
    displayName: "",
    contact: "",
    release: 0,
    resources,
    namePrefixes: [],
    mode: "READ_WRITE",
    maySetDefaults: false,
    createTime: TIME,
    updateTime: TIME,
    revision,
  } as const;
  return { kind: "resourceServer", name: owner, before: undefined, after };
}

/** Requests of so many different names each, picked at random, so that they are in no cache of the processor. */
export function randomNames(requests: number, namesEach: number, scopes: number): readonly (readonly string[])[] {
  return Array.from({ length: requests }, () =>
    pickDifferent(Math.min(namesEach, scopes), () => randomBelow(scopes)).map(scopeName),
  );
}

/** Requests of so many different names each, of so many APIs picked at random. */
export function namesOfApis(
  requests: number,
  namesEach: number,
  apis: number,
  scopes: number,
): readonly (readonly string[])[] {
  const apiCount = Math.floor(scopes / SCOPES_PER_OWNER);
  return Array.from({ length: requests }, () => {
    const picked = pickDifferent(Math.min(apis, apiCount), () => randomBelow(apiCount));
    return picked.flatMap((api) =>
      pickDifferent(namesEach / picked.length, () => api * SCOPES_PER_OWNER + randomBelow(SCOPES_PER_OWNER)).map(
        scopeName,
      ),
    );
  });
}

function pickDifferent(count: number, pick: () => number): readonly number[] {
  const picked = new Set<number>();
  while (picked.size < count) picked.add(pick());
  return [...picked];
}

function randomBelow(bound: number): number {
  return Math.floor(Math.random() * bound);
}
