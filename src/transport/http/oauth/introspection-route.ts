/** Introspection as RFC 7662 has it, for software that knows nothing else: Introspect by a form. It holds no rule. */
import { create } from "@bufbuild/protobuf";
import { IntrospectRequestSchema, type IntrospectResponse, ScopeRegistry } from "@scope-registry/client/messages";
import { basicAuthorization } from "../../../auth/introspection-clients/basic-credentials.ts";
import { refuseIfOver } from "../../../registry/call-deadline.ts";
import { RegistryError } from "../../../registry/registry-error.ts";
import { messageOf } from "../../answer.ts";
import type { ArrivalBudget } from "../../arrival-budget.ts";
import type { Call } from "../../call.ts";
import type { CallPipeline } from "../../call-pipeline.ts";
import { bearerChallenge } from "../bearer-challenge.ts";
import type { HttpRequest } from "../http-call.ts";
import type { HttpRoute, RoutedRequest } from "../http-route.ts";
import { jsonResponse } from "../json-refusal.ts";
import { onePiece } from "../one-piece.ts";
import { type AdmittedCall, plainRoute } from "../plain-route.ts";
import { wholeBody } from "../whole-body.ts";
import { isForm, parseForm } from "./form-body.ts";
import { introspectionAnswer } from "./introspection-answer.ts";

/** Where it is. */
export const INTROSPECTION_PATH = "/oauth2/introspect";

/** The largest form, in bytes: what the longest token and credentials take, each character percent-encoded. */
export const MAX_FORM_BYTES = 64 * 1024;

const LIMITS = { maxBytes: MAX_FORM_BYTES, remedy: "send the token and nothing that is not needed" };
const PARAMETERS = ["token", "token_type_hint", "client_id", "client_secret", "client_assertion"] as const;
const BASIC = 'Basic realm="scope-registry", charset="UTF-8"';

const { introspect } = ScopeRegistry.method;

/** What the route needs. */
export interface IntrospectionRouteParts {
  readonly pipeline: CallPipeline;
  readonly budget: ArrivalBudget;
  /** Whether the pipeline lets introspection clients in: else there is nothing to be shown but a token. */
  readonly letsClientsIn: boolean;
}

/** Makes the route. */
export function introspectionRoute({ pipeline, budget, letsClientsIn }: IntrospectionRouteParts): HttpRoute {
  async function admit(call: Call, request: RoutedRequest, source: HttpRequest): Promise<AdmittedCall> {
    const isForForm = letsClientsIn && source.headers.authorization === undefined && hasForm(request);
    if (!isForForm) return { call, caller: await pipeline.admit(call), request, source };
    const body = await wholeBody(request.body, source, { caller: undefined, budget, ...LIMITS });
    const { client_id: clientId = "", client_secret: secret } = parseForm(body, PARAMETERS);
    const shown = secret === undefined ? call : { ...call, authorization: basicAuthorization({ clientId, secret }) };
    return { call, caller: await pipeline.admit(shown), request: { ...request, body: onePiece(body) }, source };
  }

  return plainRoute({
    pipeline,
    method: introspect,
    protocol: "oauth2",
    httpMethods: ["POST"],
    admit,
    challengeOf: letsClientsIn ? challengeOf : bearerChallenge,
    async answer({ call, caller, request, source }) {
      if (!hasForm(request)) throw noForm();
      const form = parseForm(await wholeBody(request.body, source, { caller, budget, ...LIMITS }), PARAMETERS);
      refuseSecondCredentials(source, form);
      const { token = "", token_type_hint: tokenTypeHint = "" } = form;
      refuseIfOver(call);
      const message = create(IntrospectRequestSchema, { token, tokenTypeHint });
      const answered = messageOf(await pipeline.answer(introspect, message, caller, call));
      return jsonResponse(200, introspectionAnswer(answered as IntrospectResponse));
    },
  });
}

function hasForm({ header }: RoutedRequest): boolean {
  return isForm(header.get("content-type"));
}

function noForm(): RegistryError {
  return new RegistryError(
    "INVALID_REQUEST",
    "The body is no form in UTF-8: send content-type application/x-www-form-urlencoded with the parameter token",
  );
}

/** A client authenticates in one way (RFC 6749 §2.3). Its id alone proves nothing and may stand beside. */
function refuseSecondCredentials(
  { headers }: HttpRequest,
  { client_secret: secret, client_assertion: assertion }: ReturnType<typeof parseForm<(typeof PARAMETERS)[number]>>,
): void {
  if (assertion === undefined && (secret === undefined || headers.authorization === undefined)) return;
  throw new RegistryError(
    "INVALID_REQUEST",
    "The client shows itself in several ways, or in one that is not known here: use the authorization header, or client_id and client_secret",
  );
}

/** Tells who may come with a token and as a client; who came as one and is not known, that (RFC 6749 §5.2). */
function challengeOf(refusal: RegistryError): string | undefined {
  if (refusal.reason === "CLIENT_INVALID") return BASIC;
  const bearer = bearerChallenge(refusal);
  return refusal.reason === "TOKEN_MISSING" ? `${bearer}, ${BASIC}` : bearer;
}
