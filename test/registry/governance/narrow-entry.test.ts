import { describe, expect, it } from "vitest";
import { narrowEntry } from "../../../src/registry/governance/narrow-entry.ts";
import { RegistryState } from "../../../src/registry/registry-state.ts";
import type { RecordChange } from "../../../src/store/scope-log.ts";
import { createScope, sampleEntry, sampleScope } from "../../store/sample-records.ts";
import { clientChange, grantsOf, newPolicy, newScope, newServer, reservation, transfer } from "./sample-changes.ts";

const state = new RegistryState();
state.apply(
  sampleEntry(1, [
    newScope("invoices:read", "billing-api"),
    createScope(sampleScope({ name: "invoice:{id}:read", owner: "billing-api" })),
    newScope("docs:read", "docs-api"),
    reservation("invoices:old", "billing-api"),
  ]),
);

function seenByBilling(...changes: RecordChange[]): readonly RecordChange[] | undefined {
  return narrowEntry(sampleEntry(2, changes), "billing-api", state)?.changes;
}

describe("what an owner is shown of an entry", () => {
  it("is its own scopes, names and settings, and nothing of others", () => {
    const own = [newScope("a", "billing-api"), reservation("b", "billing-api"), newServer("billing-api")];
    const foreign = [newScope("c", "docs-api"), reservation("d", "docs-api"), newServer("docs-api")];
    expect(seenByBilling(...foreign, ...own, newPolicy())).toEqual(own);
    expect(seenByBilling(...foreign, newPolicy())).toBeUndefined();
  });

  it("is both sides of a transfer, to it and from it", () => {
    const changes = [transfer("a", "billing-api", "docs-api"), transfer("b", "docs-api", "billing-api")];
    expect(seenByBilling(...changes, transfer("c", "docs-api", "wiki-api"))).toEqual(changes);
  });

  it("is of a client the grants of its scopes, by whatever name it has them, without the client's policy", () => {
    const names = ["docs:read", "invoice:7:read", "invoices:old", "invoices:read", "unknown"];
    const after = grantsOf("web-shop", names, { allowedScopes: ["docs:read"], defaultScopes: ["docs:read"] });
    const own = grantsOf("web-shop", ["invoice:7:read", "invoices:old", "invoices:read"]);
    expect(seenByBilling(clientChange(undefined, after))).toEqual([clientChange(undefined, own)]);
    expect(seenByBilling(clientChange(after, undefined))).toEqual([clientChange(own, undefined)]);
  });

  it("is nothing of a client whose grants of its scopes stay as they are", () => {
    const before = grantsOf("web-shop", ["invoices:read"]);
    const after = grantsOf("web-shop", ["docs:read", "invoices:read"], { allowedScopes: ["docs:read"] });
    expect(seenByBilling(clientChange(before, after))).toBeUndefined();
    expect(seenByBilling(clientChange(undefined, grantsOf("web-shop", ["docs:read"])))).toBeUndefined();
  });

  it("does not tell that a client had other grants before its first of its own", () => {
    const change = clientChange(
      grantsOf("web-shop", ["docs:read"]),
      grantsOf("web-shop", ["docs:read", "invoices:read"]),
    );
    const own = { ...change, before: undefined, after: grantsOf("web-shop", ["invoices:read"]) };
    expect(seenByBilling(change)).toEqual([own]);
  });
});
