/** A real issuer on loopback: metadata, rotating keys, JWT and opaque tokens, RFC 7662, and faults at will. */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import {
  ACCESS_TOKEN_TYPES,
  type IntrospectionSettings,
  type IssuerSettings,
  SAFE_ALGORITHMS,
} from "../../src/config/issuer-settings.ts";

/** What the issuer can be asked for. */
export type IssuerResource = "oauthMetadata" | "openidMetadata" | "jwks" | "introspection";

/** How a minted token differs from the usual one. */
export interface MintOptions {
  readonly alg?: string;
  /** The JOSE `typ`; null leaves it out. */
  readonly typ?: string | null;
  readonly kid?: string;
  /** Signs with this key in place of the issuer's. */
  readonly key?: CryptoKey | Uint8Array;
  readonly header?: Record<string, unknown>;
}

/** An answer in place of the usual one. */
export interface CannedAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface SigningKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** A running issuer. `stop` it at the end. */
export interface TestIssuer extends AsyncDisposable {
  readonly issuer: string;
  /** How often each resource was asked for. */
  readonly requests: Record<IssuerResource, number>;
  /** The headers of all requests. */
  readonly headers: readonly IncomingMessage["headers"][];
  /** The credentials that its introspection endpoint accepts; both need encoding (RFC 6749 §2.3.1). */
  readonly clientId: string;
  readonly clientSecret: string;
  /** It as a trusted issuer, its keys to be discovered. */
  settings(overrides?: Partial<IssuerSettings>): IssuerSettings;
  /** How its introspection endpoint is asked. */
  introspection(overrides?: Partial<IntrospectionSettings>): IntrospectionSettings;
  /** A JWT access token of the client `billing-api` for the audience `scope-registry`; undefined removes a claim. */
  mint(claims?: Record<string, unknown>, options?: MintOptions): Promise<string>;
  /** Makes an opaque token, or a JWT given as `token`, one that introspection answers with these members. */
  know(members?: Record<string, unknown>, token?: string): string;
  /** Makes introspection answer that a token is not active. */
  revoke(token: string): void;
  /** The public keys that are published now. */
  publicJwks(): JWK[];
  /** Publishes new keys in place of the old ones, and signs with them. */
  rotate(): Promise<void>;
  /** Answers this in place of a resource; undefined ends that. */
  answer(resource: IssuerResource, canned: CannedAnswer | undefined): void;
  /** Waits before each answer, in milliseconds. */
  slowDown(milliseconds: number): void;
  /** Stops listening. */
  goDown(): Promise<void>;
  /** Listens again, on the same port. */
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an issuer whose identifier has this path. */
export async function startTestIssuer({
  path = "",
  algorithms = ["ES256"],
}: {
  path?: string;
  algorithms?: readonly string[];
} = {}): Promise<TestIssuer> {
  const requests = { oauthMetadata: 0, openidMetadata: 0, jwks: 0, introspection: 0 };
  const headers: IncomingMessage["headers"][] = [];
  const canned = new Map<IssuerResource, CannedAnswer>();
  const known = new Map<string, Record<string, unknown>>();
  const clientId = "scope registry:1";
  const clientSecret = `s3cret %+/${randomUUID()}`;
  let keys = await makeKeys(algorithms);
  let delay = 0;

  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const issuer = origin + path;
  const routes: Record<string, IssuerResource> = {
    [`/.well-known/oauth-authorization-server${path}`]: "oauthMetadata",
    [`${path}/.well-known/openid-configuration`]: "openidMetadata",
    "/jwks": "jwks",
    "/introspect": "introspection",
  };

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const resource = routes[request.url ?? ""];
    if (resource === undefined) {
      response.writeHead(404).end();
      return;
    }
    requests[resource]++;
    headers.push(request.headers);
    await sleep(delay);
    const answer = canned.get(resource);
    if (answer !== undefined) {
      response.writeHead(answer.status ?? 200, answer.headers).end(answer.body ?? "");
    } else if (resource === "jwks") {
      sendJson(response, { keys: keys.map(({ publicJwk }) => publicJwk) });
    } else if (resource === "introspection") {
      await introspect(request, response);
    } else {
      sendJson(response, { issuer, jwks_uri: `${origin}/jwks`, introspection_endpoint: `${origin}/introspect` });
    }
  }

  async function introspect(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!hasCredentials(request.headers.authorization, clientId, clientSecret)) {
      response.writeHead(401).end();
      return;
    }
    let body = "";
    for await (const chunk of request) {
      body += chunk;
    }
    const members = known.get(new URLSearchParams(body).get("token") ?? "");
    sendJson(response, members === undefined ? { active: false } : { active: true, ...members });
  }

  async function goDown(): Promise<void> {
    if (server.listening) {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    }
  }

  return {
    issuer,
    requests,
    headers,
    clientId,
    clientSecret,
    settings: (overrides = {}) => ({
      issuer,
      jwksUri: undefined,
      algorithms: SAFE_ALGORITHMS,
      tokenTypes: ACCESS_TOKEN_TYPES,
      clientIdClaim: "client_id",
      scopeClaim: "scope",
      ownerPrefix: "",
      introspection: undefined,
      clockToleranceSeconds: 0,
      ...overrides,
    }),
    introspection: (overrides = {}) => ({
      endpoint: `${origin}/introspect`,
      clientId,
      clientSecret,
      cacheSeconds: 30,
      forJwts: false,
      audienceOptional: false,
      ...overrides,
    }),
    mint: (claims = {}, options = {}) => mintToken(issuer, keys, claims, options),
    know(members = {}, token = randomUUID()) {
      known.set(token, { iss: issuer, ...usualClaims(), ...members });
      return token;
    },
    revoke: (token) => void known.delete(token),
    publicJwks: () => keys.map(({ publicJwk }) => publicJwk),
    async rotate() {
      keys = await makeKeys(algorithms);
    },
    answer(resource, answer) {
      if (answer === undefined) {
        canned.delete(resource);
      } else {
        canned.set(resource, answer);
      }
    },
    slowDown(milliseconds) {
      delay = milliseconds;
    },
    goDown,
    comeBack: () => listen(port),
    stop: goDown,
    [Symbol.asyncDispose]: goDown,
  };
}

function usualClaims(): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    sub: "billing-api",
    aud: "scope-registry",
    client_id: "billing-api",
    scope: "scope_registry.register",
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
  };
}

async function mintToken(
  issuer: string,
  keys: readonly SigningKey[],
  claims: Record<string, unknown>,
  { alg, typ = "at+jwt", kid, key, header }: MintOptions,
): Promise<string> {
  const own = keys.find((candidate) => alg === undefined || candidate.alg === alg);
  const signingKey = key ?? own?.privateKey;
  if (signingKey === undefined) {
    throw new Error(`The test issuer has no key for ${alg}: name the algorithm when starting it`);
  }
  const payload: JWTPayload = JSON.parse(JSON.stringify({ iss: issuer, ...usualClaims(), ...claims }));
  return new SignJWT(payload)
    .setProtectedHeader({
      alg: alg ?? own?.alg ?? "ES256",
      kid: kid ?? own?.kid ?? "none",
      ...(typ === null ? {} : { typ }),
      ...header,
    })
    .sign(signingKey);
}

function makeKeys(algorithms: readonly string[]): Promise<SigningKey[]> {
  return Promise.all(
    algorithms.map(async (alg) => {
      const { publicKey, privateKey } = await generateKeyPair(alg);
      const jwk = await exportJWK(publicKey);
      const kid = await calculateJwkThumbprint(jwk);
      return { alg, kid, privateKey, publicJwk: { ...jwk, kid, alg, use: "sig" } };
    }),
  );
}

function hasCredentials(authorization: string | undefined, clientId: string, clientSecret: string): boolean {
  const encode = (text: string) => encodeURIComponent(text).replaceAll("%20", "+");
  const expected = `${encode(clientId)}:${encode(clientSecret)}`;
  return authorization === `Basic ${Buffer.from(expected).toString("base64")}`;
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}
