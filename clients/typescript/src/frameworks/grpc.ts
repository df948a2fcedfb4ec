/** Guards calls of a grpc-js server. */
import { Metadata, ServerInterceptingCall, type ServerInterceptor, type StatusObject, status } from "@grpc/grpc-js";
import type { PresentedToken } from "../resource-server/access-token.ts";
import { createPresentedTokens } from "../resource-server/presented-tokens.ts";
import type { ProtectedResource } from "../resource-server/protected-resource.ts";
import type { Refusal, RefusalReason } from "../resource-server/request-refusal.ts";
import { parseRequiredScopes, type RequiredScopes } from "../resource-server/required-scopes.ts";
import { certificateThumbprint } from "./node-request.ts";

/** Which calls are let through. A method that is in neither list is refused. */
export interface GrpcGuardOptions {
  /** The scopes that each method needs, by its path: `"/billing.v1.Invoices/List": "invoices:read"`. */
  readonly methods: Readonly<Record<string, RequiredScopes>>;
  /** The paths of methods that need no token, `"/grpc.health.v1.Health/Check"` for example. */
  readonly publicMethods?: readonly string[] | undefined;
}

/** Guards the methods of a grpc-js server. */
export interface GrpcGuard {
  /** For the server: `new Server({ interceptors: [guard.interceptor] })`. */
  readonly interceptor: ServerInterceptor;
  /** The token that a call was let through with, in its handler. @throws {Error} if its method is public */
  tokenOf(call: { readonly metadata: Metadata }): PresentedToken;
}

const STATUSES: Readonly<Record<RefusalReason, status>> = {
  token_missing: status.UNAUTHENTICATED,
  invalid_request: status.UNAUTHENTICATED,
  invalid_token: status.UNAUTHENTICATED,
  insufficient_scope: status.PERMISSION_DENIED,
  temporarily_unavailable: status.UNAVAILABLE,
  server_error: status.INTERNAL,
};

/**
 * Fits a protected resource to grpc-js. A refused call ends before its handler begins, with UNAUTHENTICATED or
 * PERMISSION_DENIED, and the challenge of HTTP in the metadata `www-authenticate`.
 *
 * @throws {TypeError} if a path is not like `/package.Service/Method` or is in both lists, or a name is no scope name
 */
export function guardGrpc(resource: ProtectedResource, options: GrpcGuardOptions): GrpcGuard {
  const { methods, publicMethods = [] } = options;
  const scopesOf = new Map(Object.entries(methods).map(([path, scopes]) => [path, parseRequiredScopes(scopes)]));
  const open = new Set(publicMethods);
  checkPaths(scopesOf, open);
  const tokens = createPresentedTokens();

  const interceptor: ServerInterceptor = ({ path }, call) => {
    if (open.has(path)) return new ServerInterceptingCall(call);
    const requiredScopes = scopesOf.get(path);
    return new ServerInterceptingCall(call, {
      start(next) {
        next({
          onReceiveMetadata(metadata, forward) {
            if (requiredScopes === undefined) return call.sendStatus(undeclared(path));
            resource
              .authorize({
                authorization: metadata.get("authorization").map(String),
                certificateSha256: () => certificateThumbprint(call.getAuthContext().sslPeerCertificate?.raw),
                requiredScopes,
              })
              .then((decision) => {
                if (!decision.granted) return call.sendStatus(toStatus(decision.refusal));
                tokens.set(metadata, decision.token);
                forward(metadata);
              })
              .catch(() => call.sendStatus({ code: status.INTERNAL, details: FAULT, metadata: new Metadata() }));
          },
        });
      },
    });
  };
  return { interceptor, tokenOf: ({ metadata }) => tokens.get(metadata) };
}

function checkPaths(scopesOf: ReadonlyMap<string, unknown>, open: ReadonlySet<string>): void {
  for (const path of [...scopesOf.keys(), ...open]) {
    if (!/^\/[\w.]+\/\w+$/.test(path)) {
      throw new TypeError(`Method ${JSON.stringify(path)} is no path: write it like /package.Service/Method`);
    }
  }
  const both = [...open].find((path) => scopesOf.has(path));
  if (both !== undefined) throw new TypeError(`Method ${both} needs scopes and is public: decide for one`);
}

function toStatus({ reason, description, headers }: Refusal): StatusObject {
  const metadata = new Metadata();
  for (const name of ["www-authenticate", "retry-after"]) {
    const value = headers[name];
    if (value !== undefined) metadata.set(name, value);
  }
  return { code: STATUSES[reason], details: description, metadata };
}

function undeclared(path: string): StatusObject {
  const details = `Nobody may call ${path}: its resource server must set the scopes that it needs`;
  return { code: status.PERMISSION_DENIED, details, metadata: new Metadata() };
}

const FAULT = "The call cannot be handled because of a fault of the resource server: try again later";
