import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  ApproveScopesResponseSchema,
  ErrorInfoSchema,
  ListScopesResponseSchema,
  RefuseScopesResponseSchema,
  type Scope,
  ScopeProposalSchema,
  ScopeSchema,
  ScopeState,
} from "@scope-registry/client/messages";
import { describe, expect, it } from "vitest";
import type { Calls } from "../../src/web/registry/calls.ts";
import { proposedChange, sinceRead } from "../../src/web/reviews/proposed-change.ts";
import { readPending } from "../../src/web/reviews/read-pending.ts";
import { createReviews } from "../../src/web/reviews/reviews.ts";

const pending = (name: string, revision: number, more: MessageInitShape<typeof ScopeSchema> = {}) =>
  create(ScopeSchema, { name, revision: BigInt(revision), state: ScopeState.PENDING, description: "Do it", ...more });

const PROPOSED = pending("a", 4, {
  restricted: true,
  resources: ["https://a.example/"],
  proposal: { restricted: false, resources: ["https://a.example/", "https://b.example/"], aliases: [] },
});

describe("proposedChange", () => {
  it("compares what is proposed with what is in force", () => {
    expect(proposedChange(PROPOSED)).toEqual({
      isNew: false,
      fields: [
        { field: "restricted", before: true, after: false },
        { field: "resources", before: ["https://a.example/"], after: ["https://a.example/", "https://b.example/"] },
      ],
    });
  });

  it("shows all of what was never approved", () => {
    const { isNew, fields } = proposedChange(pending("a", 4, { isDefault: true }));
    expect(isNew).toBe(true);
    expect(fields.map(({ field }) => field)).toEqual(["description", "is_default"]);
  });
});

describe("sinceRead", () => {
  it("tells a change of the proposal, a decision, and that nothing has changed", () => {
    const widened = pending("a", 5, {
      ...PROPOSED,
      revision: 5n,
      proposal: create(ScopeProposalSchema, { isDefault: true, restricted: true }),
    });
    expect(sinceRead(PROPOSED, PROPOSED)).toEqual({ kind: "unchanged" });
    expect(sinceRead(PROPOSED, undefined)).toEqual({ kind: "settled" });
    expect(sinceRead(PROPOSED, { ...PROPOSED, state: ScopeState.ACTIVE })).toEqual({ kind: "settled" });
    expect(sinceRead(PROPOSED, widened)).toMatchObject({
      kind: "changed",
      fields: [{ field: "is_default" }, { field: "restricted" }, { field: "resources" }],
    });
  });
});

/** A registry of scopes, in pages of two, that approves what has not changed. */
function registryOf(...scopes: Scope[]) {
  const acts: string[] = [];
  let revision = 10n;
  const onPage: (() => void)[] = [];
  /** Notes a decision, and refuses it on what has changed since it was read. */
  const decide = (what: string, { names, expectedRevision }: { names: string[]; expectedRevision: bigint }) => {
    acts.push(`${what} ${names.join(" ")} at ${expectedRevision}`);
    const isOutdated = scopes.some((scope) => names.includes(scope.name) && scope.revision > expectedRevision);
    if (isOutdated) {
      const info = create(ErrorInfoSchema, { reason: "REVISION_MISMATCH", domain: "scoperegistry.v1" });
      throw new ConnectError("changed", Code.Aborted, undefined, [{ desc: ErrorInfoSchema, value: info }]);
    }
    return { revision: ++revision };
  };
  const calls = {
    registry: {
      listScopes: async ({ names = [], states = [], pageSize = 100, pageToken = "" }) => {
        const found = scopes.filter(
          ({ name, state }) => (names as string[]).includes(name) || (states as ScopeState[]).includes(state),
        );
        const start = Number(pageToken);
        const end = start + Math.min(2, pageSize);
        const answer = create(ListScopesResponseSchema, {
          scopes: found.slice(start, end),
          totalSize: found.length,
          nextPageToken: end < found.length ? String(end) : "",
          revision,
        });
        onPage.shift()?.();
        return answer;
      },
    },
    admin: {
      approveScopes: async (request: Parameters<typeof decide>[1]) =>
        create(ApproveScopesResponseSchema, decide("approve", request)),
      refuseScopes: async (request: Parameters<typeof decide>[1]) =>
        create(RefuseScopesResponseSchema, decide("refuse", request)),
    },
  };
  const change = (next: Scope) => {
    scopes.splice(
      scopes.findIndex(({ name }) => name === next.name),
      1,
      create(ScopeSchema, { ...next, revision: ++revision }),
    );
  };
  return { calls: calls as unknown as Calls, acts, change, onPage };
}

describe("readPending", () => {
  it("gives the revision of its first page: what is read later may have changed what was read", async () => {
    const { calls, change, onPage } = registryOf(pending("a", 4), pending("b", 5), pending("c", 6));
    onPage.push(() => change(pending("a", 0, { isDefault: true })));
    const { scopes, total, revision } = await readPending(calls.registry, 100);
    expect(scopes.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect([total, revision]).toEqual([3, 10n]);
  });

  it("reads no more than it is asked for", async () => {
    const { calls } = registryOf(pending("a", 4), pending("b", 5), pending("c", 6));
    const { scopes, total } = await readPending(calls.registry, 1);
    expect([scopes.length, total]).toEqual([1, 3]);
  });
});

describe("reviews", () => {
  it("approves at the revision that was read", async () => {
    const { calls, acts } = registryOf(pending("a", 4), pending("b", 5));
    const reviews = createReviews(calls);
    await reviews.read();
    expect(await reviews.approve(["a", "b"])).toEqual({ kind: "approved", names: ["a", "b"], revision: 11n });
    expect(acts).toEqual(["approve a b at 10"]);
  });

  it("shows what has changed where it is another than was read, and approves it when asked again", async () => {
    const { calls, acts, change } = registryOf(pending("a", 4), pending("b", 5));
    const reviews = createReviews(calls);
    await reviews.read();
    change(pending("a", 0, { isDefault: true }));
    const decision = await reviews.approve(["a", "b"]);
    expect(decision).toMatchObject({ kind: "outdated" });
    expect(decision.kind === "outdated" && [...decision.since]).toMatchObject([
      ["a", { kind: "changed", fields: [{ field: "is_default", before: false, after: true }] }],
      ["b", { kind: "unchanged" }],
    ]);
    expect(reviews.state.value.pending?.scopes[0]?.isDefault).toBe(true);
    expect(await reviews.approve(["a"])).toMatchObject({ kind: "approved" });
    expect(acts).toEqual(["approve a b at 10", "approve a at 11"]);
  });

  it("refuses nothing that was approved since it was read", async () => {
    const { calls, acts, change } = registryOf(pending("a", 4));
    const reviews = createReviews(calls);
    await reviews.read();
    change(pending("a", 0, { state: ScopeState.ACTIVE }));
    const decision = await reviews.refuse(["a"]);
    expect(decision.kind === "outdated" && [...decision.since]).toEqual([["a", { kind: "settled" }]]);
    expect(acts).toEqual(["refuse a at 10"]);
  });

  it("refuses at the revision that was read", async () => {
    const { calls, acts } = registryOf(pending("a", 4), pending("b", 5));
    const reviews = createReviews(calls);
    await reviews.read();
    expect(await reviews.refuse(["a", "b"])).toEqual({ kind: "refused", names: ["a", "b"], revision: 11n });
    expect(acts).toEqual(["refuse a b at 10"]);
  });

  it("says that what waits has changed, and leaves what is read in its place", async () => {
    const { calls, change, acts } = registryOf(pending("a", 4), pending("b", 5));
    const reviews = createReviews(calls);
    await reviews.read();
    await reviews.look();
    expect(reviews.state.value.isOutdated).toBe(false);
    change(pending("b", 0, { isDefault: true }));
    await reviews.look();
    expect(reviews.state.value).toMatchObject({ isOutdated: true, pending: { scopes: [{}, { isDefault: false }] } });
    await reviews.approve(["b"]);
    expect(acts).toEqual(["approve b at 10"]);
  });
});
