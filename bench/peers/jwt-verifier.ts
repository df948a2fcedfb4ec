/** The reference for what a token costs: `jose.jwtVerify` alone, for an issuer's key, so many tokens at a time. */
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { answerQuestions } from "../harness/answer-questions.ts";

/** What the process is asked: to verify tokens that these keys have signed. It answers the microseconds of CPU time a token. */
export interface VerifyQuestion {
  readonly verify?: { readonly jwks: JSONWebKeySet; readonly tokens: readonly string[]; readonly inFlight: number };
}

process.stdout.write("listening on nothing\n");

answerQuestions<VerifyQuestion>(
  async ({ verify }) => {
    if (verify === undefined) return undefined;
    const { jwks, tokens, inFlight } = verify;
    const keys = createLocalJWKSet(jwks);
    const waiting = tokens.values();
    const before = process.cpuUsage();
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (const token of waiting) await jwtVerify(token, keys, { typ: "at+jwt", algorithms: ["ES256"] });
      }),
    );
    const { user, system } = process.cpuUsage(before);
    return { cpuMicros: (user + system) / tokens.length };
  },
  { keepsAlive: true },
);
process.once("SIGTERM", () => process.exit(0));
