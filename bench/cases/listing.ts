import { create, toBinary } from "@bufbuild/protobuf";
import { ListScopesRequestSchema, ListScopesResponseSchema } from "@scope-registry/client/messages";
import { alternate } from "../harness/alternate.ts";
import type { Benchmark } from "../harness/benchmark.ts";
import { atMost, figureOf } from "../harness/figure.ts";
import { startMeasuredProcess } from "../harness/measured-process.ts";
import { cpuOf } from "../load/load-figures.ts";
import { firstPage, openListLoad } from "../registry/list-load.ts";
import { clientOf } from "../registry/registry-client.ts";
import { type RegistryProcess, startSeededRegistry } from "../registry/registry-process.ts";

const PAGE_SIZE = 1_000;

/** What it costs to list: one page of few and of many scopes, and all of them. */
export const listing: Benchmark = {
  name: "listing",
  title: "ListScopes: the first page, and all of 100,000 scopes",
  async run(context) {
    const { scale, folder, progress, stack } = context;
    const large = stack.use(await startSeededRegistry(folder, scale.size(100_000), progress));
    const small = stack.use(await startSeededRegistry(folder, scale.size(1_000), progress));
    const pages = await allPages(large);
    const encoder = stack.use(startMeasuredProcess({ file: "bench/load/codec-process.ts" }));
    await encoder.ask({ take: { type: "ListScopesResponse", messages: pages.map(({ answer }) => answer) } });
    const loads = {
      large: stack.use(await openListLoad(large, firstPage())),
      small: stack.use(await openListLoad(small, firstPage())),
      whole: stack.use(
        await openListLoad(
          large,
          pages.map(({ request }) => request),
        ),
      ),
    };
    const extent = { milliseconds: scale.roundMs };
    const rounds = await alternate(context, {
      large: () => loads.large.run(extent),
      small: () => loads.small.run(extent),
      whole: () => loads.whole.run({ requests: pages.length }),
      encoding: () => encoder.ask<{ cpuMicros: number }>({ encode: {} }),
    });
    return {
      figures: [
        figureOf({
          name: "ListScopes, first page of 100,000: CPU a request",
          unit: "µs",
          values: cpuOf(rounds.large),
          reference: { name: "first page of 1,000", values: cpuOf(rounds.small) },
          target: atMost(1.3),
        }),
        figureOf({
          name: "ListScopes, all of 100,000 in pages of 1,000: server CPU",
          unit: "ms",
          values: cpuOf(rounds.whole).map((micros) => (micros * pages.length) / 1_000),
          reference: {
            name: "encoding these messages",
            values: rounds.encoding.map(({ cpuMicros }) => cpuMicros / 1_000),
          },
          target: atMost(2),
        }),
      ],
    };
  },
};

/** The requests that list everything, and their answers. */
async function allPages(registry: RegistryProcess): Promise<readonly { request: Uint8Array; answer: Uint8Array }[]> {
  const lister = await clientOf(registry, "lister", "scope_registry.read");
  const pages: { request: Uint8Array; answer: Uint8Array }[] = [];
  let pageToken = "";
  do {
    const request = create(ListScopesRequestSchema, { pageSize: PAGE_SIZE, pageToken });
    const answer = await lister.listScopes(request);
    pages.push({
      request: toBinary(ListScopesRequestSchema, request),
      answer: toBinary(ListScopesResponseSchema, answer),
    });
    pageToken = answer.nextPageToken;
  } while (pageToken !== "");
  return pages;
}
