/** A method of the contract at a path that speaks plain HTTP: the way of every call, with refusals in JSON. */
import type { DescMethod } from "@bufbuild/protobuf";
import type { Violation } from "@scope-registry/client/judging";
import type { Caller } from "../../auth/caller.ts";
import type { RegistryError } from "../../registry/registry-error.ts";
import type { Call } from "../call.ts";
import type { CallPipeline } from "../call-pipeline.ts";
import { type HttpRequest, httpCall } from "./http-call.ts";
import type { HttpRoute, RoutedRequest } from "./http-route.ts";
import { type HttpAnswer, jsonRefusal, methodNotAllowed } from "./json-refusal.ts";

/** A call that was let in. */
export interface AdmittedCall {
  readonly call: Call;
  readonly caller: Caller;
  readonly request: RoutedRequest;
  /** The request as Node has it. */
  readonly source: HttpRequest;
}

/** What is at the path. */
export interface PlainRoute {
  readonly pipeline: CallPipeline;
  /** What is called: it tells what the caller needs. */
  readonly method: DescMethod;
  readonly protocol: Call["protocol"];
  /** The HTTP methods that it is called by. */
  readonly httpMethods: readonly string[];
  /** Lets a call in; by its header `authorization` if this is not given. Throws or rejects with RegistryError. */
  readonly admit?: (call: Call, request: RoutedRequest, source: HttpRequest) => Promise<AdmittedCall>;
  /** Answers who was let in. Throws or rejects with RegistryError. */
  readonly answer: (admitted: AdmittedCall) => Promise<HttpAnswer>;
  /** A violation with its field as the caller knows it; as it is, if this is not given. */
  readonly violationOf?: (violation: Violation) => Violation;
  /** What `WWW-Authenticate` says of a refusal; what RFC 6750 §3 has it say, if this is not given. */
  readonly challengeOf?: (refusal: RegistryError) => string | undefined;
}

/** Makes the route. What it answers is not to be kept by caches. */
export function plainRoute(parts: PlainRoute): HttpRoute {
  const { method, protocol, httpMethods } = parts;
  return async (request, source) => {
    if (!httpMethods.includes(request.method)) return methodNotAllowed(request.method, httpMethods);
    const call = httpCall(source, { method, protocol, timeoutMs: undefined, signal: request.signal });
    parts.pipeline.begin(call);
    const response = await answered(parts, call, request, source);
    response.header.set("x-request-id", call.requestId);
    response.header.set("cache-control", "no-store");
    return response;
  };
}

async function answered(
  parts: PlainRoute,
  call: Call,
  request: RoutedRequest,
  source: HttpRequest,
): Promise<HttpAnswer> {
  const { pipeline, answer, violationOf = (violation) => violation, challengeOf } = parts;
  let caller: Caller | undefined;
  try {
    const admitted =
      parts.admit === undefined
        ? { call, caller: await pipeline.admit(call), request, source }
        : await parts.admit(call, request, source);
    caller = admitted.caller;
    const response = await answer(admitted);
    pipeline.record(call, caller, undefined);
    return { ...response, owner: caller.owner };
  } catch (error) {
    const refusal = pipeline.refusal(error, call);
    pipeline.record(call, caller, refusal);
    return jsonRefusal(refusal, refusal.violations.map(violationOf), challengeOf);
  }
}
