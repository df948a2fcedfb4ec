/** Answers to requests that keep every limit must arrive: clients take messages of 4 MiB by default. */
import { RegistrationMode, ValidationView } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONNECT_JSON, GRPC_JS } from "../support/protocols.ts";
import { refusalOf } from "../support/refusal.ts";
import { type Clients, startTestServer, type TestServer } from "../support/test-server.ts";

/** Four bytes in UTF-8. */
const WIDE = "\u{1f511}";
const LIMIT = 4 * 1024 * 1024;

const longName = (at: number) => `${"n".repeat(250)}${String(at).padStart(5, "0")}`;
const wordy = (at: number) => ({
  name: `wordy:${at}`,
  description: WIDE.repeat(1_000),
  consentTexts: { en: { title: WIDE.repeat(200), description: WIDE.repeat(1_000) } },
});
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

describe.each([GRPC_JS, CONNECT_JSON])("a large answer by $name", (protocol) => {
  let server: TestServer;
  let owner: Clients["registry"];
  let judge: Clients["registry"];
  beforeAll(async () => {
    server = await startTestServer();
    owner = (await server.as({ client: "wordy-api", scopes: ["register"] }, protocol)).registry;
    judge = (await server.as({ client: "auth-server", scopes: ["validate", "read"] }, protocol)).registry;
    for (const from of [0, 400, 800]) {
      await owner.registerScopes({ scopes: range(from, Math.min(from + 400, 1_000)).map(wordy) });
    }
  });
  afterAll(() => server.stop());

  const validate = (count: number) =>
    judge.validateScopes({ scopes: range(0, count).map((at) => wordy(at).name), view: ValidationView.CONSENT });

  it("of ValidateScopes has the scopes as long as they fit, and then the consent texts alone", async () => {
    for (const { count, withScopes } of [
      { count: 32, withScopes: true },
      { count: 300, withScopes: true },
      { count: 700, withScopes: false },
    ]) {
      const { valid, verdicts } = await validate(count);
      expect(valid).toBe(true);
      expect(verdicts).toHaveLength(count);
      expect(verdicts.every(({ scope }) => (scope !== undefined) === withScopes)).toBe(true);
      expect(verdicts.every(({ consentText }) => consentText?.title === WIDE.repeat(200))).toBe(true);
    }
  });

  it("of ValidateScopes is refused in words where even those do not fit", async () => {
    const refusal = await refusalOf(validate(1_000));
    expect(refusal).toMatchObject({
      code: "RESOURCE_EXHAUSTED",
      reason: "MESSAGE_TOO_LARGE",
      metadata: { limit: String(LIMIT) },
    });
    expect(refusal.message).toContain("ask for fewer scopes");
  });

  it("of ListScopes comes in pages that arrive", async () => {
    const names: string[] = [];
    let pageToken = "";
    do {
      const page = await judge.listScopes({ namePrefix: "wordy:", pageSize: 1_000, pageToken });
      names.push(...page.scopes.map(({ name }) => name));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(names).toEqual(
      range(0, 1_000)
        .map((at) => wordy(at).name)
        .sort(),
    );
  });

  it("of RegisterScopes names all that REPLACE disabled, and REPLACE disables no more than can be named", async () => {
    const many = (await server.as({ client: "many-api", scopes: ["register"] }, protocol)).registry;
    const define = (at: number) => ({ name: longName(at), description: "Many" });
    await many.registerScopes({ scopes: range(0, 5_000).map(define) });
    await many.registerScopes({ scopes: range(5_000, 5_001).map(define) });
    const nothing = { mode: RegistrationMode.REPLACE };
    expect(await refusalOf(many.registerScopes(nothing))).toMatchObject({
      code: "RESOURCE_EXHAUSTED",
      reason: "REGISTRATION_TOO_LARGE",
      metadata: { limit: "5000" },
    });
    const { results } = await many.registerScopes({ ...nothing, scopes: [define(0)] });
    expect(results.map(({ name }) => name)).toEqual(range(0, 5_001).map(longName));
  });

  it("of acts on scopes leaves out consent texts, and then scopes, as they do not fit", async () => {
    const { admin } = await server.as({ client: "operator", scopes: ["admin"] }, protocol);
    const names = (count: number) => range(0, count).map((at) => wordy(at).name);
    const texts = (scopes: readonly { consentTexts: object }[]) =>
      scopes.map(({ consentTexts }) => Object.keys(consentTexts).length);

    const some = await admin.disableScopes({ names: names(300), force: true });
    expect(texts(some.scopes)).toEqual(range(0, 300).map(() => 0));
    expect(some.usages).toHaveLength(300);
    const whole = await admin.enableScopes({ names: names(300) });
    expect(texts(whole.scopes)).toEqual(range(0, 300).map(() => 1));

    const none = await admin.disableScopes({ names: names(500), force: true });
    expect(none.scopes).toEqual([]);
    expect(none.usages.map(({ name }) => name)).toEqual(names(500));
    const without = await admin.enableScopes({ names: names(500) });
    expect(texts(without.scopes)).toEqual(range(0, 500).map(() => 0));
  });
});
