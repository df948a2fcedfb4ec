import type { IncomingMessage } from "node:http";
import { expect, it } from "vitest";
import type { Authenticator } from "../../src/auth/authenticator.ts";
import type { RoutedRequest } from "../../src/transport/http/http-route.ts";
import { METRICS_PATH, metricsRoutes } from "../../src/transport/http/metrics-route.ts";

it.each(["gzip", "identity"])("is made once for all who read the same figures, as %s", async (encoding) => {
  let exposition = { contentType: "text/plain", text: "calls 1\n" };
  const route = metricsRoutes({ expose: async () => exposition, readers: undefined }).exact.get(METRICS_PATH);
  const read = async () => {
    const header = new Headers({ "accept-encoding": encoding });
    const request = { method: "GET", header, signal: new AbortController().signal } as RoutedRequest;
    const answer = await route?.(request, {} as IncomingMessage);
    const pieces = answer?.body?.[Symbol.asyncIterator]();
    return (await pieces?.next())?.value;
  };
  const first = await read();
  expect(await read()).toBe(first);
  exposition = { contentType: "text/plain", text: "calls 2\n" };
  expect(await read()).not.toEqual(first);
});

it("is its reader's who has shown a token, and not of strangers, who may be cut for each other", async () => {
  const reader = { clientId: "scraper", owner: "ops/scraper", issuer: "test", scopes: new Set(["metrics"]) };
  const readers = { authenticator: { authenticate: async () => reader } as unknown as Authenticator, scope: "metrics" };
  const expose = async () => ({ contentType: "text/plain", text: "calls 1\n" });
  const request = { method: "GET", header: new Headers(), signal: new AbortController().signal } as RoutedRequest;
  const source = { rawHeaders: [], headers: {}, socket: {} } as unknown as IncomingMessage;
  expect(await metricsRoutes({ expose, readers }).exact.get(METRICS_PATH)?.(request, source)).toMatchObject({
    status: 200,
    owner: reader.owner,
  });
});
