import { describe, expect, it } from "vitest";
import { createAuthenticator } from "../../src/auth/authenticator.ts";
import { MAX_QUESTIONS, MAX_WAITING_QUESTIONS } from "../../src/auth/introspection-client.ts";
import { ISSUER_BUSY_RETRY_MS, ISSUER_RETRY_MS } from "../../src/auth/refusals.ts";
import { createTokenResolver } from "../../src/auth/token-resolver.ts";
import { createTrustedIssuers } from "../../src/auth/trusted-issuers.ts";
import { startTestIssuer } from "../support/test-issuer.ts";

const SURPLUS = 100;
const SOON = { timeout: 10_000, interval: 5 };

/** A stranger who sends more made-up tokens than the issuer may be asked about; each question waits for its answer. */
async function flood() {
  await using issuer = await startTestIssuer();
  const questions: PromiseWithResolvers<Response>[] = [];
  const fetch = () => {
    const question = Promise.withResolvers<Response>();
    questions.push(question);
    return question.promise;
  };
  // A clock that stands still, so that a slow machine makes nobody wait too long.
  const time = Date.now();
  const now = () => time;
  const settings = [issuer.settings({ introspection: issuer.introspection() })];
  const resolver = createTokenResolver({ issuers: createTrustedIssuers({ settings, fetch, now }), now });
  const authenticator = createAuthenticator({ resolver, audience: "scope-registry" });
  const authenticate = async (token: string) => authenticator.authenticate(`Bearer ${token}`);
  const total = MAX_QUESTIONS + MAX_WAITING_QUESTIONS + SURPLUS;
  const refusals: unknown[] = [];
  const calls = Array.from({ length: total }, (_, at) =>
    authenticate(`made-up-${at}`).catch((error: unknown) => void refusals.push(error)),
  );
  await expect.poll(() => refusals.length, SOON).toBe(SURPLUS);
  return { issuer: issuer.issuer, questions, refusals, calls, authenticate };
}

describe("a stranger with many made-up tokens", () => {
  it("makes no more questions to the issuer at once than it may be asked, and is told to come back", async () => {
    const { issuer, questions, refusals, calls, authenticate } = await flood();
    expect(questions).toHaveLength(MAX_QUESTIONS);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        reason: "ISSUER_UNAVAILABLE",
        retryAfterMs: ISSUER_BUSY_RETRY_MS,
        metadata: { issuer },
      });
    }
    let answered = 0;
    while (answered < MAX_QUESTIONS + MAX_WAITING_QUESTIONS) {
      await expect.poll(() => questions.length, SOON).toBeGreaterThan(answered);
      expect(questions.length - answered).toBeLessThanOrEqual(MAX_QUESTIONS);
      for (const { resolve } of questions.slice(answered)) {
        resolve(Response.json({ active: false }));
        answered++;
      }
    }
    await Promise.all(calls);
    expect(refusals.slice(SURPLUS)).toHaveLength(MAX_QUESTIONS + MAX_WAITING_QUESTIONS);
    for (const refusal of refusals.slice(SURPLUS)) {
      expect(refusal).toMatchObject({ reason: "TOKEN_INVALID" });
    }
    const late = authenticate("made-up-late");
    await expect.poll(() => questions.length, SOON).toBeGreaterThan(answered);
    questions.at(-1)?.resolve(Response.json({ active: false }));
    await expect(late).rejects.toMatchObject({ reason: "TOKEN_INVALID" });
  });

  it("does not wait in line for an issuer that turns out to be away", async () => {
    const { questions, refusals, calls } = await flood();
    questions[0]?.reject(new TypeError("fetch failed"));
    await expect.poll(() => refusals.length, SOON).toBe(SURPLUS + 1 + MAX_WAITING_QUESTIONS);
    expect(questions).toHaveLength(MAX_QUESTIONS);
    expect(refusals.at(-1)).toMatchObject({ reason: "ISSUER_UNAVAILABLE", retryAfterMs: ISSUER_RETRY_MS });
    for (const { reject } of questions) {
      reject(new TypeError("fetch failed"));
    }
    await Promise.all(calls);
  });
});
