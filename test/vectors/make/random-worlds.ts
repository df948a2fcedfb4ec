/** Small registries and requests by chance, the same ones each time: they meet what nobody thought of. */
import { create, type JsonValue, toJson } from "@bufbuild/protobuf";
import type { JudgeRequest } from "@scope-registry/client/judging";
import { ValidateScopesRequestSchema, ValidationMode } from "@scope-registry/client/messages";
import fc from "fast-check";
import { fewRequests, fewWorlds } from "../../../clients/typescript/test/judging/few-worlds.ts";
import { type JudgingVectors, judgeAll } from "./vector-files.ts";

const SEED = 20_261_126;
const WORLDS = 50;
const REQUESTS = 8;

/** The worlds, and what becomes of their requests. */
export function randomWorlds(): readonly JudgingVectors[] {
  const worlds = fc.sample(fewWorlds, { seed: SEED, numRuns: WORLDS });
  const requests = fc.sample(fewRequests, { seed: SEED, numRuns: WORLDS * REQUESTS });
  return worlds.map((world, at) =>
    judgeAll(
      world,
      requests.slice(at * REQUESTS, (at + 1) * REQUESTS).map((request) => ({ request: toMessage(request) })),
    ),
  );
}

function toMessage({ scopes, clientId, resources, mode }: JudgeRequest): JsonValue {
  const message = { scopes: [...scopes], clientId, resources: [...resources], mode: ValidationMode[mode] };
  return toJson(ValidateScopesRequestSchema, create(ValidateScopesRequestSchema, message));
}
