import type { ScopeRecord } from "../../src/judging/index.ts";

/** A registered scope as replicas hold it. */
export function sampleScope(name: string, changes: Partial<ScopeRecord> = {}): ScopeRecord {
  return {
    name,
    description: `Allows ${name}`,
    isDefault: false,
    owner: "api",
    state: "ACTIVE",
    restricted: false,
    resources: [],
    consentTexts: {},
    deprecated: false,
    replacedBy: "",
    sunsetTime: undefined,
    unlisted: false,
    createTime: 1,
    updateTime: 2,
    revision: 3,
    ...changes,
  };
}
