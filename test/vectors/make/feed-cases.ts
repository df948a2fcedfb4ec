/** Messages of WatchScopes, and what a replica makes of them. */
import { fromJson, type JsonValue, toBinary } from "@bufbuild/protobuf";
import { WatchScopesResponseSchema } from "@scope-registry/client/messages";
import { decodeFeedMessage } from "../../../clients/typescript/src/replica/feed-message.ts";
import { ReplicaState } from "../../../clients/typescript/src/replica/replica-state.ts";

const A = "registry-a";
const B = "registry-b";
const TIME = "2026-11-26T12:00:00Z";

const scope = (name: string, revision: number, changes: object = {}) => ({
  name,
  description: `Use ${name}`,
  owner: "billing-api",
  state: "SCOPE_STATE_ACTIVE",
  createTime: TIME,
  updateTime: TIME,
  revision: String(revision),
  ...changes,
});
const snapshot = (revision: number, names: readonly string[], more: object = {}) => ({
  registryId: A,
  snapshot: { revision: String(revision), complete: true, scopes: names.map((name) => scope(name, 1)), ...more },
});
const change = (revision: number, names: readonly string[], more: object = {}) => ({
  change: {
    revision: String(revision),
    time: TIME,
    changes: names.map((name) => ({ name, after: scope(name, revision) })),
    ...more,
  },
});
const bookmark = (revision: number, more: object = {}) => ({
  registryId: A,
  bookmark: { revision: String(revision), time: TIME },
  ...more,
});

/** What the feed brings, or that it has ended and another one begins. */
type Step = object | "ENDED";

const feeds: readonly { readonly title: string; readonly filtered?: boolean; readonly steps: readonly Step[] }[] = [
  {
    title: "a snapshot, a bookmark, a change",
    steps: [snapshot(7, ["a", "b"]), bookmark(7), change(8, ["c"]), bookmark(8)],
  },
  {
    title: "a snapshot in parts takes effect with its last one",
    steps: [
      snapshot(7, ["a"], { complete: false }),
      snapshot(7, ["b"], { complete: false }),
      snapshot(7, ["c"]),
      bookmark(7),
    ],
  },
  {
    title: "a snapshot that breaks off in the middle leaves the state as it was",
    steps: [
      snapshot(7, ["a"]),
      bookmark(7),
      "ENDED",
      snapshot(9, ["b"], { complete: false }),
      "ENDED",
      change(8, ["c"]),
    ],
  },
  { title: "another snapshot takes the place of all", steps: [snapshot(7, ["a"]), snapshot(9, ["b"])] },
  {
    title: "scopes go",
    steps: [snapshot(7, ["a", "b"]), change(8, [], { changes: [{ name: "a", before: scope("a", 1) }] })],
  },
  {
    title: "a revision in parts takes effect with its last one",
    steps: [snapshot(7, []), change(8, ["a"], { continued: true }), change(8, ["b"]), bookmark(8)],
  },
  {
    title: "a revision that breaks off in the middle is sent again, whole",
    steps: [
      snapshot(7, []),
      change(8, ["a"], { continued: true }),
      "ENDED",
      change(8, ["a"], { continued: true }),
      change(8, ["b"]),
    ],
  },
  {
    title: "a revision that is known already changes nothing",
    steps: [snapshot(7, ["a"]), change(7, ["b"]), change(6, ["c"])],
  },
  { title: "a gap is another history", steps: [snapshot(7, ["a"]), change(9, ["b"])] },
  { title: "a bookmark ahead is another history", steps: [snapshot(7, ["a"]), bookmark(8)] },
  { title: "a bookmark behind is another history", steps: [snapshot(7, ["a"]), bookmark(6)] },
  {
    title: "a bookmark of another registry is another history",
    steps: [snapshot(7, ["a"]), bookmark(7, { registryId: B })],
  },
  {
    title: "a bookmark without a time tells no age",
    steps: [snapshot(7, ["a"]), { registryId: A, bookmark: { revision: "7" } }],
  },
  {
    title: "a filter leaves revisions out, and a bookmark makes up for them",
    filtered: true,
    steps: [snapshot(7, ["a"]), change(9, ["b"]), bookmark(12), change(13, ["c"])],
  },
  { title: "even with a filter no revision goes back", filtered: true, steps: [snapshot(7, ["a"]), bookmark(6)] },
  {
    title: "client policies come and go",
    steps: [
      snapshot(7, [], { clientPolicies: [{ clientId: "shop", grantedScopes: ["a"], revision: "3" }] }),
      change(8, [], { clientPolicyChanges: [{ clientId: "kiosk", after: { clientId: "kiosk", revision: "8" } }] }),
      change(9, [], { clientPolicyChanges: [{ clientId: "shop" }] }),
    ],
  },
  {
    title: "a state that nobody knows is none in which a scope may be granted",
    steps: [snapshot(7, [], { scopes: [scope("a", 1, { state: 99 })] })],
  },
  { title: "an event that nobody knows is passed over", steps: [snapshot(7, ["a"]), { registryId: A }, bookmark(7)] },
];

/** The feeds, and after each message what it did and what there is. */
export function feedCases(): readonly object[] {
  return feeds.map(({ title, filtered = false, steps }) => {
    const state = new ReplicaState(filtered);
    return { title, filtered, steps: steps.map((step) => follow(state, step)) };
  });
}

function follow(state: ReplicaState, step: Step): object {
  if (step === "ENDED") {
    state.forgetParts();
    return { ended: true, ...describe(state) };
  }
  const bytes = toBinary(WatchScopesResponseSchema, fromJson(WatchScopesResponseSchema, step as JsonValue));
  const { type } = state.apply(decodeFeedMessage(bytes));
  return { message: step, effect: type, ...describe(state) };
}

function describe({ revision, registryId, scopes, clients }: ReplicaState): object {
  return {
    revision,
    registryId,
    scopes: Object.fromEntries([...scopes.values()].map(({ name, state }) => [name, state])),
    clients: [...clients.values()].map(({ clientId }) => clientId),
  };
}
