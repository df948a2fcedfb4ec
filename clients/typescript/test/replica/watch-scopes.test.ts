import { create, type MessageInitShape, type UnknownField } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import {
  Code,
  ScopeSchema,
  ScopeState,
  type WatchScopesResponse,
  WatchScopesResponseSchema,
} from "@scope-registry/client";
import { expect, it } from "vitest";
import { startScriptedRegistry } from "../connection/scripted-registry.ts";
import { follow } from "./following.ts";

/** A message of the feed, with fields that this version does not know. */
function answer(
  init: MessageInitShape<typeof WatchScopesResponseSchema>,
  ...$unknown: UnknownField[]
): WatchScopesResponse {
  return Object.assign(create(WatchScopesResponseSchema, init), { $unknown });
}

const active = (name: string, ...$unknown: UnknownField[]) =>
  Object.assign(create(ScopeSchema, { name, state: ScopeState.ACTIVE }), { $unknown });

const bookmark = () =>
  answer({ registryId: "r", event: { case: "bookmark", value: { revision: 1n, time: timestampNow() } } });
const silence = (signal: AbortSignal) => new Promise((resolve) => signal.addEventListener("abort", resolve));

it("tells of an answer that cannot be decoded, keeps nothing of it, and follows again", async (context) => {
  const scopes = [active("a:read")];
  let calls = 0;
  await using registry = await startScriptedRegistry({
    async *watchScopes(_, { signal }) {
      calls++;
      yield answer({ event: { case: "snapshot", value: { scopes: [active(`call-${calls}`)] } } });
      // A snapshot with a scope of more bytes than there are.
      if (calls === 1) yield answer({}, { no: 1, wireType: WireType.LengthDelimited, data: Uint8Array.of(2, 0x0a, 9) });
      yield answer({ event: { case: "snapshot", value: { scopes, revision: 1n, complete: true } }, registryId: "r" });
      yield bookmark();
      await silence(signal);
    },
  });
  const { replica, problems } = follow(context, { address: registry.address, token: "t" }, { reportUsage: false });
  await replica.ready;
  expect([...replica.scopes()].map(({ name }) => name)).toEqual(["call-2", "a:read"]);
  expect(problems).toEqual([
    expect.objectContaining({
      message: "The registry cannot be followed: The registry's answer cannot be decoded: premature EOF",
      cause: expect.objectContaining({ code: Code.Internal }),
    }),
  ]);
});

it("passes over what a newer registry adds, and grants nothing in a state that is not known", async (context) => {
  const added: UnknownField = { no: 30, wireType: WireType.LengthDelimited, data: Uint8Array.of(1, 0) };
  const scopes = [active("a:read", added), { ...active("b:read"), state: 99 as ScopeState }];
  await using registry = await startScriptedRegistry({
    async *watchScopes(_, { signal }) {
      yield answer({}, added);
      yield answer(
        { event: { case: "snapshot", value: { scopes, revision: 1n, complete: true } }, registryId: "r" },
        added,
      );
      yield bookmark();
      await silence(signal);
    },
  });
  const { replica, problems } = follow(context, { address: registry.address, token: "t" }, { reportUsage: false });
  await replica.ready;
  expect(replica.judge({ scope: "a:read" }).valid).toBe(true);
  expect(replica.judge({ scope: "b:read" }).valid).toBe(false);
  expect(replica.get("b:read")?.state).toBe("DISABLED");
  expect(problems).toEqual([]);
});
