import { expect, it } from "vitest";
import { KeptDocuments } from "../../src/transport/http/oauth/kept-documents.ts";

/** A registry whose documents take some time to make, by a clock that goes on in no other way. */
function registryOf(costMs: number) {
  const registry = { judged: {}, revision: 1, time: 0, made: 0 };
  const documents = new KeptDocuments(registry, () => registry.time);
  const get = (key = "") =>
    documents
      .get(key, () => {
        registry.time += costMs;
        registry.made += 1;
        return { made: registry.made };
      })
      ?.body.toString();
  return { registry, documents, get };
}

it("makes a document once for each revision", () => {
  const { registry, get } = registryOf(0);
  expect([get(), get()]).toEqual(['{"made":1}', '{"made":1}']);
  registry.revision = 2;
  expect([get(), get()]).toEqual(['{"made":2}', '{"made":2}']);
  expect(get("another")).toBe('{"made":3}');
});

it("spends a twentieth of the time on it at the most, and answers what was true before meanwhile", () => {
  const { registry, get } = registryOf(50);
  const end = 100_000;
  for (get(); registry.time < end; registry.time += 10) {
    registry.revision += 1;
    get();
  }
  expect(registry.made).toBeGreaterThan(end / (50 * 20) - 2);
  expect(registry.made * 50).toBeLessThanOrEqual(end / 20 + 50);
});

it("lets what is quickly made not shorten the pause after what took long", () => {
  const { registry, documents, get } = registryOf(50);
  get();
  registry.revision += 1;
  // What strangers make up.
  documents.get("nothing", () => undefined);
  documents.get("small", () => ({}));
  expect(get()).toBe('{"made":1}');
  registry.time += 50 * 20;
  expect(get()).toBe('{"made":2}');
});

it("is silent for a few seconds at the most after one that was held up", () => {
  const { registry, get } = registryOf(10_000);
  get();
  registry.revision += 1;
  expect(get()).toBe('{"made":1}');
  registry.time += 5_000;
  expect(get()).toBe('{"made":2}');
});

it("answers nothing of a registry that was replaced, whatever its revision", () => {
  const { registry, get } = registryOf(50);
  get();
  registry.judged = {};
  expect(get()).toBe('{"made":2}');
});

it("keeps nothing where there is no document", () => {
  const { documents } = registryOf(0);
  expect(documents.get("", () => undefined)).toBeUndefined();
  expect(documents.get("", () => ({ is: "there" }))?.body.toString()).toBe('{"is":"there"}');
});
