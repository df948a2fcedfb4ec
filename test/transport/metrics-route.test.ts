import type { IncomingMessage } from "node:http";
import { expect, it } from "vitest";
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
