import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import type { RoutedRequest } from "../../src/transport/http/http-route.ts";
import { scopesRoute } from "../../src/transport/http/oauth/scopes-route.ts";

const EMPTY = "https://empty.example.com";

/** A registry with a resource none of whose scopes are listed; `looked` has what it was asked for. */
function registryWithEmptyResource() {
  const looked: string[] = [];
  const route = scopesRoute({
    judged: {} as never,
    revision: 1,
    listedScopes: () => {
      looked.push("");
      return [];
    },
    listedResource: (resource) => {
      looked.push(resource);
      return resource === EMPTY ? { resource, displayName: "", scopes: [] } : undefined;
    },
  });
  const request = { method: "GET", header: new Headers() } as RoutedRequest;
  const get = async (query: string) => {
    const { body } = await route(request, { url: `/oauth2/scopes${query}` } as IncomingMessage);
    return text(body as AsyncIterable<Uint8Array>);
  };
  return { looked, get };
}

it("looks through a resource's scopes once for each revision, also where none of them is listed", async () => {
  const { looked, get } = registryWithEmptyResource();
  for (let call = 0; call < 3; call += 1) {
    expect(await get(`?resource=${EMPTY}`)).toBe('{"scopes_supported":[]}');
    expect(await get("")).toBe('{"scopes_supported":[]}');
  }
  expect(looked).toEqual([EMPTY, ""]);
});

it("keeps nothing of resources that strangers make up", async () => {
  const { looked, get } = registryWithEmptyResource();
  for (let call = 0; call < 2; call += 1) expect(await get("?resource=x")).toBe('{"scopes_supported":[]}');
  expect(looked).toEqual(["x", "x"]);
});
