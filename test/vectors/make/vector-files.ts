/** The files of vectors: what is in each, and how it is written. */
import { fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import {
  ClientIndex,
  type ClientRecord,
  type Judgement,
  judgeScopes,
  readValidation,
  ScopeIndex,
  type ScopeRecord,
} from "@scope-registry/client/judging";
import { ClientPolicySchema, ScopeSchema, ValidateScopesRequestSchema } from "@scope-registry/client/messages";
import { fromClient } from "../../../src/transport/messages/client-messages.ts";
import { fromScope } from "../../../src/transport/messages/scope-messages.ts";
import { toValidation } from "../../../src/transport/messages/validation-messages.ts";

/** What is not longer stands on one line, in characters. */
const MAX_LINE = 600;

/** What is registered: the messages of the contract, as ProtoJSON. */
export interface RegistryVector {
  readonly revision: number;
  readonly scopes: readonly JsonValue[];
  readonly clientPolicies: readonly JsonValue[];
}

/** A request, and what becomes of it: a judgement, or every rule that it breaks. */
export interface JudgingVector {
  readonly title?: string;
  /** A `ValidateScopesRequest`, as ProtoJSON. */
  readonly request: JsonValue;
  readonly judgement?: object;
  readonly violations?: readonly object[];
}

/** Requests on one registry. */
export interface JudgingVectors {
  readonly registry: RegistryVector;
  readonly cases: readonly JudgingVector[];
}

/** Scopes and clients, as the index of the judging holds them. */
export interface Registered {
  readonly scopes: readonly ScopeRecord[];
  readonly clients: readonly ClientRecord[];
}

/** Asks the judging what becomes of requests, and writes it down. */
export function judgeAll(
  { scopes, clients }: Registered,
  requests: readonly { readonly title?: string; readonly request: JsonValue }[],
  revision = 42,
): JudgingVectors {
  const indexes = { scopes: new ScopeIndex(), clients: new ClientIndex(), revision };
  for (const scope of scopes) indexes.scopes.set(scope);
  for (const client of clients) indexes.clients.set(client);
  return {
    registry: {
      revision,
      scopes: scopes.map((scope) => toJson(ScopeSchema, fromScope(scope))),
      clientPolicies: clients.map((client) => toJson(ClientPolicySchema, fromClient(client))),
    },
    cases: requests.map(({ title, request }) => {
      const read = readValidation(toValidation(fromJson(ValidateScopesRequestSchema, request)));
      const outcome =
        read.request === undefined
          ? { violations: read.violations }
          : { judgement: describeJudgement(judgeScopes(indexes, read.request)) };
      return { ...(title !== undefined && { title }), request, ...outcome };
    }),
  };
}

/** A judgement without what follows from the registry: of a scope its name alone. */
function describeJudgement({ verdicts, ...judgement }: Judgement): object {
  return {
    ...judgement,
    verdicts: verdicts.map(({ scope, parameters, consent, ...verdict }) => ({
      ...verdict,
      scope: scope?.name ?? null,
      parameters: parameters ?? null,
      consent: consent === undefined ? null : { locale: consent.locale, ...consent.text },
    })),
  };
}

/** A file's text: JSON in which each case, scope and name has a line of its own, so that a change of one is seen as such. */
export function printVectors(value: unknown, indent = ""): string {
  if (typeof value !== "object" || value === null || isLine(value, indent)) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((each) => `${inner}${printVectors(each, inner)}`).join(",\n")}\n${indent}]`;
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const lines = members.map(([name, member]) => `${inner}${JSON.stringify(name)}: ${printVectors(member, inner)}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

function isLine(value: object, indent: string): boolean {
  return JSON.stringify(value).length + indent.length <= MAX_LINE;
}
